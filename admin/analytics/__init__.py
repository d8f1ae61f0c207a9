"""Usage statistics in the admin site."""
