"""Calls of other services over HTTP, for channels and sources."""
