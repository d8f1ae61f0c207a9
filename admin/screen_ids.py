"""The id of a screen behind its words in a line of a comparison, shown small: « Quel examen ? » (exams.which_exam)."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

ID: Final = re.compile(r"(?<=») \(([a-z0-9_]+\.[a-z0-9_]+)\)")
SMALL: Final = r' <small class="screen-id"><code>\1</code></small>'


def small_ids(line: str) -> Markup:
    """Return a line as HTML with its ids of screens small."""
    return Markup(ID.sub(SMALL, str(escape(line))))
