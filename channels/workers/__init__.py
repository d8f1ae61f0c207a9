"""Background workers: delivery of the outbox, deferred answers, and their supervision."""
