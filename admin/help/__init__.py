"""The help that each page of the admin site has beside it, and the words that need an explanation."""
