"""The table in docs/passerelles.md of what is proven of each gateway, read from the tests and files of this repository.

`python -m tests.quality.gateway_scale` writes it. A file of gateways/ proves by its samples, which the server reads
(tests/channels/declared/test_shipped_files.py); a module proves by its tables in tests/data/payloads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from channels.declared.files import GatewayFile, read_gateways
from channels.declared.shape import Sample, Verify
from channels.smpp.smpp_files import FoundGateway, found_gateways
from tests.support.gateway_tables import rows

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "passerelles.md"
BEGIN: Final = "<!-- échelle : écrite par `python -m tests.quality.gateway_scale` -->"
END: Final = "<!-- /échelle -->"
OURS: Final = ("invented", "written here", "values of our own")  # how a source begins that is no page
NO, NONE = "non", "–"
STRANGERS: Final = {
    "path": "secret dans l'adresse",
    "header": "en-tête",
    "basic": "mot de passe",
    "hmac": "signature",
    "addresses": "adresses IP",
}
FAULTS: Final = Path(ROOT, "tests", "e2e", "test_smpp_faults.py")
RESULTS: Final = Path(ROOT, "bench", "results.md")


@dataclass(frozen=True, slots=True)
class ProvenGateway:
    """What is proven of one gateway, in the words of the table: a cell of each column."""

    gateway: str
    contract: str
    strangers: str
    duplicates: str
    reports: str
    stops: str
    published: str
    faults: str
    load: str
    account: str
    docs: str


TITLES: Final = (
    *("Passerelle", "Contrat", "Inconnus refusés par", "Doublons", "Accusés", "STOP", "Requêtes publiées"),
    *("Pannes", "Charge", "Compte réel", "Sur cette page"),
)
MODULES: Final = {  # by the first word of their tables
    "africastalking": ("Africa's Talking", "secret dans l'adresse", "sms"),
    "madapi": ("MTN, par MADAPI", "secret dans l'adresse", ""),
    "whatsapp": ("WhatsApp", "signature", "whatsapp"),
    "telegram": ("Telegram", "en-tête", "telegram"),
}


def table() -> str:
    """Return the table as it has to stand in the page."""
    page = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    rest = page[0] + page[2].partition(END)[2]
    found = [*_modules(rest), *_files(rest), *_binds(rest)]
    assert len(TITLES) == len(fields(ProvenGateway))
    lines = [TITLES, ("---",) * len(TITLES), *map(astuple, found)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _modules(page: str) -> Iterator[ProvenGateway]:
    answers = rows("gateway_answers")
    for name, (title, strangers, gateway) in MODULES.items():
        paths = sorted((ROOT / "tests" / "data" / "payloads").glob(f"{name}*.jsonl"))
        requests = [row for path in paths for row in _rows(path)]
        yield ProvenGateway(
            title,
            _count(len(requests)),
            strangers,
            "oui",
            _yes(any("reports" in path.name for path in paths) or "statuses" in str(requests)) if gateway else NONE,
            ("par elle aussi" if any("optouts" in path.name for path in paths) else "oui") if gateway else NONE,
            _count(_published(str(row["source"]) for row in requests)),
            _count(sum(row["gateway"] == gateway for row in answers)) if gateway else NO,
            _yes(any(f"| {name}" in line for line in RESULTS.read_text("utf-8").splitlines())),
            NO,
            _yes(f"{title}" in page),
        )


def _files(page: str) -> Iterator[ProvenGateway]:
    for name, file in read_gateways(ROOT / "gateways").items():
        requests: tuple[Sample, ...] = (*file.samples.ussd, *file.samples.sms)
        sources = [one.source for one in requests] + [one.source for one in file.samples.answers]
        reports = any(address.report for address in file.sms.addresses) if file.sms else False
        hears = any(address.message for address in file.sms.addresses) if file.sms else False
        yield ProvenGateway(
            f"`{name}`",
            _count(len(sources)),
            _strangers(file) or NONE,
            "oui" if file.ussd or hears else NONE,
            _yes(reports) if file.sms and file.sms.send else NONE,
            _yes(hears) if file.sms and file.sms.send else NONE,
            _count(_published(sources)),
            _count(sum(one.then != "taken" for one in file.samples.answers)) if file.sms and file.sms.send else NONE,
            NO,
            NO,
            _yes(f"`{name}.yaml`" in page),
        )


def _binds(page: str) -> Iterator[ProvenGateway]:
    for found in found_gateways(ROOT / "gateways"):
        yield ProvenGateway(
            f"`{found.name}`",
            _counterparts(found),
            "mot de passe de la liaison",
            "oui",
            "oui",
            "oui",
            NONE,
            _yes(FAULTS.is_file()),
            _yes("one bind" in RESULTS.read_text("utf-8")),
            NO,
            _yes(f"`{found.name}.yaml`" in page),
        )


def _counterparts(found: FoundGateway) -> str:
    """Return the programs that are not ours and that the tests bind to, and the dialects with a transcript."""
    foreign = [name for name in ("smpp34", "node") if any((ROOT / "tests").rglob(f"test_*{name}*.py"))]
    dialects = len(list((ROOT / "gateways" / "dialects").glob("*.yaml"))) if found.file.ussd else 0
    return f"oui, contre {' et '.join(foreign)}, {dialects} dialectes"


def _strangers(file: GatewayFile) -> str:
    parts = [part.verify for part in (file.ussd, file.sms) if part and part.verify]
    return ", ".join(dict.fromkeys(word for verify in parts for word in _means(verify)))


def _means(verify: Verify) -> Iterator[str]:
    yield from (word for name, word in STRANGERS.items() if getattr(verify, name))


def _published(sources: Iterable[str]) -> int:
    return sum(not source.startswith(OURS) for source in sources)


def _rows(path: Path) -> Iterator[Mapping[str, object]]:
    yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def _count(many: int) -> str:
    return f"oui, {many}" if many else NO


def _yes(is_so: bool) -> str:
    return "oui" if is_so else NO


def write() -> None:
    """Put the table into the page."""
    before, begin, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    assert begin, f"{PAGE} has no {BEGIN}"
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    write()
