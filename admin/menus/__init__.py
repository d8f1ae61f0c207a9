"""Publication of menus in the admin."""
