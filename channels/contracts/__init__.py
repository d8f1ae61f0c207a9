"""The contracts of channels, senders and webhooks, and their common functions."""
