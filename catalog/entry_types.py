"""Types of the values in entry files, and the ids made from texts.

Error texts are in French, since operators read them after file:line:column.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

from state.country import country
from state.text.search import plain

DAY = r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$"
FRANCS = r"^(0|[1-9]\d{0,8})$"
ADDRESS = r"^https?://[^\s/]+\.[^\s]+$"
CODE = r"^[A-Za-z0-9-]{1,20}$"  # of any country; the form of one country is in its country.yaml
ASKED = r"^[1-5]$"


def slug(text: str) -> str:
    """Return a stable id for this text, e.g. etat-civil for « État civil »."""
    return plain(text).replace(" ", "-")


def _formed(form: str, wanted: str) -> AfterValidator:
    """Return a validator for the whole text; `wanted` is the end of the error sentence."""

    def check(written: str) -> str:
        if not re.fullmatch(form, written):
            raise ValueError(f"« {written} » {wanted}")
        return written

    return AfterValidator(check)


def _day(written: str) -> str:
    try:
        known = re.fullmatch(DAY, written) and date.fromisoformat(f"{written}-01-01"[:10])
    except ValueError:
        known = None
    if not known:
        raise ValueError(f"« {written} » n'est pas une date : écrivez AAAA, AAAA-MM ou AAAA-MM-JJ")
    return written


def is_portal_code(written: str) -> bool:
    """Return whether the portal of the country gives services codes like this one."""
    form = country().portal_codes
    wanted = "".join(r"[0-9]" if sign == "X" else re.escape(sign) for sign in form) if form else CODE
    return re.fullmatch(wanted, written) is not None


def _portal_code(written: str) -> str:
    if not is_portal_code(written):
        form = country().portal_codes
        wanted = (
            f"écrivez-le comme {form}, où X est un chiffre" if form else "écrivez vingt lettres et chiffres au plus"
        )
        raise ValueError(f"« {written} » n'est pas un code du portail : {wanted}")
    return written


def _last_day(written: str) -> str:
    if len(_day(written)) != len("AAAA-MM-JJ"):
        raise ValueError(f"« {written} » n'est pas un jour : écrivez AAAA-MM-JJ")
    return written


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=160)]
Day = Annotated[str, AfterValidator(_day), WithJsonSchema({"type": ["string", "integer"], "pattern": DAY})]
LastDay = Annotated[str, AfterValidator(_last_day), WithJsonSchema({"type": "string", "format": "date"})]
Francs = Annotated[
    str,
    _formed(FRANCS, "n'est pas un prix : écrivez le montant en chiffres seulement, comme 1900"),
    WithJsonSchema({"type": ["string", "integer"], "pattern": FRANCS}),
]
Address = Annotated[
    str,
    _formed(ADDRESS, "n'est pas une adresse : elle commence par https:// ou http://"),
    WithJsonSchema({"type": "string", "pattern": ADDRESS}),
]
Asked = Annotated[
    str,
    _formed(ASKED, "n'est pas un degré : écrivez un chiffre, de 1 (rarement) à 5 (tous les jours)"),
    WithJsonSchema({"type": ["string", "integer"], "pattern": ASKED}),
]
Code = Annotated[
    str,
    AfterValidator(_portal_code),
    WithJsonSchema({"type": "string", "pattern": CODE}),
]
