"""Replays recorded journeys: real menus on real sources with sample data, in one process.

Each call has its own sandbox, in which a source can fail and the clock is set by the transcript. Nothing here reaches
the database of the server, Valkey or a gateway, and nothing is counted in the usage counters.
"""
