"""The help that each page of the admin site has beside it."""
