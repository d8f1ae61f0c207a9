"""Registers in the admin site: files of administrations are tried, imported, and undone."""
