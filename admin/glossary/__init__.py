"""The words of the admin site, explained."""
