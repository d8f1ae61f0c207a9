"""The lines that the reports of every kind of file have: which file it was, and what is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from spreadsheets.csv_files import SEPARATORS
from spreadsheets.refused_rows import Refusal
from spreadsheets.sheet import Form


def file_lines(name: str, size: int, sha256: str, form: Form) -> Iterator[str]:
    """Yield which file was read, and how; size is in bytes."""
    yield f"{name} : {number(size)} octets, SHA-256 {sha256}"
    if form.sheet:
        yield f"Lu comme un classeur XLSX, feuille « {form.sheet} »"
    else:
        yield f"Lu comme un CSV en {form.encoding}, séparateur {SEPARATORS[form.separator]}"


def refusal_lines(reasons: Mapping[str, int], refusals: Iterable[Refusal]) -> Iterator[str]:
    """Yield each reason with its number, and the first lines of the file that have it."""
    listed = tuple(refusals)
    for reason, count in reasons.items():
        lines = [refusal for refusal in listed if refusal.reason == reason]
        yield f"Refusé, {reason} : {number(count)}"
        for refusal in lines:
            yield f"  ligne {refusal.line}" + (f" : {refusal.detail}" if refusal.detail else "")
        if count > len(lines):
            yield f"  … et {number(count - len(lines))} autres"


def number(value: float) -> str:
    """Format a number of things in French."""
    return f"{value:,.0f}".replace(",", " ")
