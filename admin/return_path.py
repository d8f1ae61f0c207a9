"""The page that somebody asked for before signing in, and gets afterwards."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlencode

SIGN_IN: Final = "/bureau/connexion"
CODE: Final = "/bureau/connexion/code"
SECOND_FACTOR: Final = "/bureau/mon-compte/telephone"
HOME: Final = "/bureau/"
FIELD: Final = "suite"  # of the address and of the form
_OWN: Final = re.compile(r"/bureau/[A-Za-z0-9._~/?=&%+,*@-]{0,500}")


def sign_in_address(asked: str) -> str:
    """Return the address of the sign-in page that leads on to this path and query."""
    wanted = return_path(asked)
    return SIGN_IN if wanted == HOME else f"{SIGN_IN}?{urlencode({FIELD: wanted})}"


def return_path(given: object) -> str:
    """Return the page to go to after signing in; the first page for what is no page of ours."""
    return given if isinstance(given, str) and _OWN.fullmatch(given) else HOME
