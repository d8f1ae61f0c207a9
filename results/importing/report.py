"""The import report as text lines for the terminal and the admin site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporting.french import format_count
from results.importing.counts import KINDS, Counts, Groups, NotableChange, share
from results.importing.headings import FIELDS, IN_FRENCH
from results.importing.tally import Report
from spreadsheets.report_lines import file_lines, number, refusal_lines

MAX_GROUPS = 20  # listed one by one; the JSON report has all
MAX_CHANGES = 30
SMALL = 10  # candidates of a group
GROUPS = {"series": "série", "departments": "département", "centres": "centre"}


def report_lines(report: Report, *, is_public: bool = False) -> Iterator[str]:
    """Yield the report in French; the lines to check come last, where the reader looks first.

    Before publication, groups of fewer than SMALL candidates are shown without verdicts, which would identify people.
    """
    smallest = 0 if is_public else SMALL
    yield from file_lines(report.file, report.size, report.sha256, report.form)
    yield from _columns(report)
    rows = f"{report.exam} : {format_count(report.rows, 'ligne')}, {format_count(report.accepted, 'acceptée')}"
    yield f"{rows}, {format_count(report.refused, 'refusée')}, {format_count(report.duplicates, 'numéro')} en double"
    yield from _counts(report, report.counts, smallest)
    yield from _to_look_at(report, smallest)
    yield from refusal_lines(report.reasons, report.refusals)
    yield (
        "Rien à corriger dans ce fichier."
        if report.is_sound
        else "À corriger dans le fichier, puis à importer de nouveau."
    )


def _columns(report: Report) -> Iterator[str]:
    used = [f"{IN_FRENCH[field]} = « {report.columns[field]} »" for field in FIELDS if field in report.columns]
    yield f"Colonnes lues : {', '.join(used)}"
    if report.personal:
        yield f"Laissées de côté, elles pourraient nommer une personne : {', '.join(report.personal)}"
    if report.unused:
        yield f"Laissées de côté, personne ne les demande : {', '.join(report.unused)}"
    if len(report.seat_lengths) > 1:
        lengths = [f"{number(count)} de {length} signes" for length, count in report.seat_lengths.items()]
        yield f"Numéros de table de longueurs différentes : {', '.join(lengths)}. Des zéros ont-ils disparu au début ?"


def _counts(report: Report, counts: Counts, smallest: int) -> Iterator[str]:
    yield f"Ensemble : {_verdicts(report, counts.verdicts, smallest)}"
    for kind in KINDS:
        groups: Groups = getattr(counts, kind)
        if len(groups) > MAX_GROUPS:
            yield f"{number(len(groups))} {GROUPS[kind]}s (le détail est dans le rapport JSON)"
            continue
        for group, verdicts in groups.items():
            yield f"  {GROUPS[kind]} {group or 'sans nom'} : {_verdicts(report, verdicts, smallest)}"


def _verdicts(report: Report, counts: Mapping[str, int], smallest: int) -> str:
    if 0 < sum(counts.values()) < smallest:
        return f"moins de {smallest} candidats"
    parts = [
        f"{text} {number(counts[verdict])} ({_decimal(share(counts, verdict))} %)"
        for verdict, text in report.verdicts.items()
        if verdict in counts
    ]
    return ", ".join(parts) or "aucun résultat"


def _to_look_at(report: Report, smallest: int) -> Iterator[str]:
    if report.before is None:
        return
    moves = [move for move in report.moves if not move.verdict or _size(report, move) >= smallest]
    if not moves:
        yield "Rien de très différent du rapport précédent."
    for move in moves[:MAX_CHANGES]:
        yield f"À regarder : {_move(report, move)}"
    if len(moves) > MAX_CHANGES:
        yield f"… et {len(moves) - MAX_CHANGES} autres écarts, dans le rapport JSON"


def _size(report: Report, move: NotableChange) -> int:
    """Return how many candidates the group of this change has now."""
    groups: Groups = getattr(report.counts, move.kind) if move.kind else {"": report.counts.verdicts}
    return sum(groups.get(move.group, {}).values())


def _move(report: Report, move: NotableChange) -> str:
    group = f"{GROUPS[move.kind]} {move.group or 'sans nom'}" if move.kind else "ensemble"
    if move.verdict:
        said = report.verdicts.get(move.verdict, move.verdict)
        return f"{group}, {said} : {_decimal(move.now)} % au lieu de {_decimal(move.before)} %"
    if not move.now:
        return f"{group} : absent du fichier, {format_count(int(move.before), 'candidat')} la fois précédente"
    was = f"au lieu de {number(move.before)}" if move.before else "absent la fois précédente"
    return f"{group} : {format_count(int(move.now), 'candidat')}, {was}"


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")
