"""Lays out the folder of a new installation: settings, menus, languages, written calls and a place for secrets."""
