"""Errors of actions on menu versions; their texts are in French, for operators."""

from __future__ import annotations

from accounts.refusals import Refused


class MenusRefused(Refused):
    """A version cannot be staged, published or rolled back as requested; the text is one line."""
