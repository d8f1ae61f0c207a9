"""The start page of the admin site."""
