"""Telegram's Bot API: webhook, sender and registration of the webhook's address."""
