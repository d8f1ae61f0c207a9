"""WhatsApp's Cloud API: webhook, sender, error codes and the check of its set-up."""
