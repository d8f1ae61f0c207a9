"""The outbox in the admin site."""
