"""Menus: read from YAML, compiled to a state machine, checked, and stored in versions."""
