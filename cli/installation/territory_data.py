"""What public tables know of a country: CLDR its name and money, the phonenumbers library its numbers and time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

FRENCH: Final = "fr"


@dataclass(frozen=True, slots=True)
class TerritoryData:
    """The values for locales/country.yaml; "" for what no table has.

    length is the number of digits of a mobile number, 0 if unknown; trunk are digits dialled within the country only.
    """

    code: str
    code3: str = ""
    name: str = ""
    time_zone: str = ""
    currency: str = ""
    currency_name: str = ""
    sign: str = ""
    country_code: str = ""
    length: int = 0
    trunk: str = ""
    trial: str = ""


def look_up(code: str) -> TerritoryData:
    """Return what is known of the country with this ISO 3166-1 code of two letters."""
    from babel import Locale
    from babel.core import get_global
    from phonenumbers import PhoneMetadata

    name = Locale.parse(FRENCH).territories.get(code, "")
    code3 = next((long for long, short in get_global("territory_aliases").items() if _is_code3(long, short, code)), "")
    metadata = PhoneMetadata.metadata_for_region(code, None)
    return TerritoryData(code, code3, name, **_money(code), **(_numbers(metadata) if metadata else {}))


def _is_code3(long: str, short: list[str], code: str) -> bool:
    return len(long) == 3 and long.isalpha() and short == [code]


def _money(code: str) -> dict[str, Any]:
    from babel.numbers import get_currency_name, get_currency_symbol, get_territory_currencies

    found = get_territory_currencies(code)
    if not found:
        return {}
    written = get_currency_name(found[0], locale=FRENCH), get_currency_symbol(found[0], locale=FRENCH)
    name, sign = (text.replace("\u202f", " ").replace("\xa0", " ") for text in written)
    return {"currency": found[0], "currency_name": name, "sign": sign}


def _numbers(metadata: Any) -> dict[str, Any]:
    from phonenumbers import parse, timezone

    example = metadata.mobile.example_number or ""
    zones = timezone.time_zones_for_number(parse(f"+{metadata.country_code}{example}")) if example else ()
    zone = zones[0] if zones and "/" in zones[0] else ""
    found = {"country_code": str(metadata.country_code), "length": len(example), "trial": example[:3]}
    return found | {"time_zone": zone, "trunk": metadata.national_prefix or ""}
