"""A running server: its services, the active menus, their reload, and its health."""
