"""Menus: read from YAML, compiled to a state machine, linted, and held in versions."""
