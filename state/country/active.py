"""The country of this process. It does not change while the process runs."""

from __future__ import annotations

from logs.masking import mask_numbers_from
from reporting.time_zone import use_zone
from state.country.territory import Country


class _Active:
    """Holds the country of this process."""

    country: Country | None = None


def use(found: Country) -> None:
    """Serve this country from now on."""
    _Active.country = found
    use_zone(found.time_zone)
    mask_numbers_from(found.numbers.shortest)


def country() -> Country:
    """Return the country of this process. Raises RuntimeError before the first `use`."""
    if _Active.country is None:
        raise RuntimeError("no country is active: call state.country_file.activate first")
    return _Active.country
