"""Deferred answers: stored in SQL when a citizen cannot wait, delivered later by a worker."""
