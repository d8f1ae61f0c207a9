"""The country that an installation serves: its time, its numbers, its mobile networks and its money.

All of it is in locales/country.yaml, which state/country_file.py reads. A process activates the country once, at its
start; code that needs it asks `country()` when it runs.
"""

from state.country.active import country, use
from state.country.numbering import Network, NumberForm, NumberingPlan
from state.country.territory import Country, Currency

__all__ = ["Country", "Currency", "Network", "NumberForm", "NumberingPlan", "country", "use"]
