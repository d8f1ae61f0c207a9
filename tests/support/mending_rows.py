"""The file with rows to mend that the page of a refused import carries."""

from __future__ import annotations

import csv
import io
import re
from base64 import b64decode


def mending_rows(page: str) -> list[list[str]]:
    """The rows of the file, with its headings first."""
    found = re.search(r'href="data:text/csv;charset=utf-8;base64,([^"]+)"', page)
    assert found
    return list(csv.reader(io.StringIO(b64decode(found[1]).decode("utf-8-sig"), newline=""), delimiter=";"))
