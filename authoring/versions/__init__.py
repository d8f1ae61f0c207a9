"""Versions of the menus: archived in SQL, published, taken back and cached."""
