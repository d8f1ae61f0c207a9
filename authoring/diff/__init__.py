"""Differences between two versions of the menus, as citizens see them."""
