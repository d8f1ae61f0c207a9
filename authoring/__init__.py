"""Versions of the menus: brought whole, compared with what citizens get, published, and taken back."""
