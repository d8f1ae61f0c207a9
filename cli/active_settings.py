"""The settings of a verb, with the country that they name active in this process."""

from __future__ import annotations

import settings
from settings import Settings
from state.country_file import activate


def load() -> Settings:
    """Load the settings, and serve their country from now on. Raises InvalidSettings and InvalidMenu."""
    found = settings.load()
    activate(found.locales)
    return found
