"""What an installation needs, from measured figures, as the tables of docs/dimensionner.md."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

from bench.processes import ROOT
from reporting.french import NARROW, format_number
from reporting.sending_time import SendingTime

PAGE: Final = ROOT / "docs" / "dimensionner.md"
BUSY: Final = 0.5  # the share of a core that is planned for: the rest is for peaks, and for a machine that is lost
HOPS_A_CALL: Final = 5  # the dial, the language, the exam list, the exam, the seat
SESSION_SECONDS: Final = 600  # for which a session can be continued (ZIN_REDIAL_SECONDS)
LOOK_UPS: Final = 1_031_673  # of one day
PEAK_SHARE: Final = 0.5  # of a day's look-ups, in its first hour
CITIZENS: Final = 13_000_000
RATES: Final = (1500, 15_000)  # hops a second
MESSAGES: Final = 1_000_000
DEFAULT_PACE: Final = 20.0  # SMS a second, unless ZIN_SMS_PER_SECOND says otherwise
BLOCK: Final = re.compile(r"(<!-- size: [^\n]*-->\n).*?(<!-- end of size -->)", flags=re.DOTALL)


@dataclass(frozen=True, slots=True)
class Sizes:
    """What was measured: CPU in µs, memory and rows in bytes; a call is the first one of a citizen."""

    hop_cpu: float
    journey_cpu: float
    valkey_cpu: float
    worker_bytes: float
    shared_bytes: float
    session_bytes: float
    call_rows: float
    citizen_bytes: float
    message_bytes: float
    message_cpu: float
    messages_per_second: float

    @classmethod
    def read(cls, cells: Sequence[str]) -> Sizes:
        """Parse the figures of a row of bench/results.md."""
        return cls(**{one.name: float(cell) for one, cell in zip(fields(cls), cells, strict=True)})

    def cells(self) -> list[str]:
        """Return the figures as the cells of a row."""
        return [f"{value:.2f}" if value < 10 else f"{value:.0f}" for value in asdict(self).values()]


def cores(hops_per_second: float, cpu: float) -> int:
    """Return the cores for so many hops a second of this cost in µs, busy for the planned share."""
    return math.ceil(hops_per_second * cpu / 1e6 / BUSY)


def peak_hops() -> float:
    """Return the hops a second in the first hour of a day of results."""
    return LOOK_UPS * PEAK_SHARE / 3600 * HOPS_A_CALL


def block(sizes: Sizes) -> str:
    """Return the tables of the page."""
    return "\n".join((*_measured(sizes), "", *_needed(sizes), "", *_stored(sizes), "", *_sent(sizes), ""))


def write_block(sizes: Sizes, page: Path = PAGE) -> None:
    """Put the tables into the page, between its two marks."""
    text = page.read_text(encoding="utf-8")
    page.write_text(BLOCK.sub(lambda found: found[1] + block(sizes) + found[2], text), encoding="utf-8")


def _measured(sizes: Sizes) -> Sequence[str]:
    rows = {
        "processeur pour une étape d'une recherche de résultat": f"{sizes.hop_cpu:.0f} µs",
        "processeur pour une étape, tous les parcours ensemble": f"{sizes.journey_cpu:.0f} µs",
        "processeur de Valkey pour une étape": f"{sizes.valkey_cpu:.0f} µs",
        "mémoire qu'un worker a pour lui": _bytes(sizes.worker_bytes),
        "mémoire que tous les workers d'une machine partagent": _bytes(sizes.shared_bytes),
        "mémoire de Valkey pour une session": _bytes(sizes.session_bytes),
        "lignes de SQL qu'un premier appel ajoute": f"{sizes.call_rows:.2f}".replace(".", ","),
        "place de SQL pour la langue d'un citoyen": _bytes(sizes.citizen_bytes),
        "place de SQL pour un message qui attend": _bytes(sizes.message_bytes),
        "processeur de « zin deliver » pour un message": f"{sizes.message_cpu:.0f} µs",
        "messages par seconde d'un seul « zin deliver »": format_number(sizes.messages_per_second),
    }
    return _table(("mesuré", ""), rows)


def _needed(sizes: Sizes) -> Sequence[str]:
    heads = ("il faut, pour", *(f"{format_number(rate)} étapes par seconde" for rate in RATES))
    zin = [cores(rate, max(sizes.hop_cpu, sizes.journey_cpu)) for rate in RATES]
    rows: Mapping[str, Sequence[str]] = {
        "cœurs pour Zin, occupés à moitié": [str(one) for one in zin],
        "workers, un par cœur": [str(one) for one in zin],
        "mémoire des workers": [_bytes(sizes.shared_bytes + one * sizes.worker_bytes) for one in zin],
        "part d'un cœur pour Valkey": [f"{rate * sizes.valkey_cpu / 1e4:.0f}{NARROW}%" for rate in RATES],
        "sessions ouvertes dans Valkey": [format_number(rate / HOPS_A_CALL * SESSION_SECONDS) for rate in RATES],
        "mémoire de Valkey": [_bytes(rate / HOPS_A_CALL * SESSION_SECONDS * sizes.session_bytes) for rate in RATES],
        "lignes de SQL par seconde": [format_number(rate / HOPS_A_CALL * sizes.call_rows) for rate in RATES],
    }
    return _table(heads, rows)


def _stored(sizes: Sizes) -> Sequence[str]:
    peak = peak_hops()
    rows = {
        f"{format_number(LOOK_UPS)} recherches en un jour, la moitié dans la première heure": (
            f"{format_number(peak)} étapes par seconde, {cores(peak, sizes.hop_cpu)} cœur(s)"
        ),
        f"la langue de {format_number(CITIZENS)} citoyens dans SQL": _bytes(CITIZENS * sizes.citizen_bytes),
        f"{format_number(MESSAGES)} messages qui attendent dans SQL": _bytes(MESSAGES * sizes.message_bytes),
    }
    return _table(("", "il faut"), rows)


def _sent(sizes: Sizes) -> Sequence[str]:
    needed = SendingTime(MESSAGES, DEFAULT_PACE).needed_per_second
    rates = (DEFAULT_PACE, 100.0, float(needed), sizes.messages_per_second)
    rows = {f"{format_number(rate)} SMS par seconde": _duration(SendingTime(MESSAGES, rate).seconds) for rate in rates}
    return _table((f"{format_number(MESSAGES)} SMS, à", "le dernier part après"), rows)


def _table(heads: Sequence[str], rows: Mapping[str, str | Sequence[str]]) -> Sequence[str]:
    lines = ((name, *([cells] if isinstance(cells, str) else cells)) for name, cells in rows.items())
    return [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|", *(f"| {' | '.join(line)} |" for line in lines)]


def _bytes(size: float) -> str:
    """Format a size: 930 octets, 31 Mo."""
    for unit, worth in (("Go", 1e9), ("Mo", 1e6), ("Ko", 1e3)):
        if size >= worth:
            return (
                f"{size / worth:.1f}{NARROW}{unit}".replace(".", ",")
                if size < 10 * worth
                else (f"{format_number(size / worth)}{NARROW}{unit}")
            )
    return f"{format_number(size)} octets"


def _duration(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
