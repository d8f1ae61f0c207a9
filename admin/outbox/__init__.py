"""Messages in the outbox, as operators see them."""
