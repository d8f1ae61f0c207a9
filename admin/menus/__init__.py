"""Publication of menus in the admin site."""
