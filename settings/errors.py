"""What is wrong with the settings, one line per fault."""

from __future__ import annotations


class InvalidSettings(Exception):
    """A setting has an invalid value; the text has one line per fault: the setting and the values it accepts."""
