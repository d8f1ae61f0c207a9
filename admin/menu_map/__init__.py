"""The map of the menus, drawn on the server as SVG."""
