"""What cannot be done with a version of the menus; the words are for whoever asked."""

from __future__ import annotations

from accounts.refusals import Refused


class MenusRefused(Refused):
    """A version that cannot be staged, published or taken back as it was asked, in one line."""
