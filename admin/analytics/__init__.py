"""Usage statistics in the admin."""
