"""What differs between two versions of the menus, in citizens' words."""
