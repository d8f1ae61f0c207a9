"""The text of a ministry's message in a citizen's language, and how many parts of an SMS it takes at its longest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from catalog.message_files import FOLDER, MessageFile, MessageFiles
from state.conversation.message_requests import LETTERS
from state.errors import Problem
from state.interfaces import ChannelKind
from state.menu.model import Menu
from state.rendering.size_check import MAX_PARTS, MESSAGE, ScreenSizeReport
from state.text.page_format import paper
from state.text.sms_parts import split_sms
from state.text.template import Template
from state.yaml_files.loader import read

SMS_SIGNS: Final = 160  # of a message in one part


def message_text(file: MessageFile, values: Mapping[str, str], menu: Menu, gateway: str) -> str:
    """Return the text for this gateway, with how to stop such messages below it, in as few parts as possible."""
    kind: ChannelKind = "sms" if gateway == "sms" else "chat"
    wording = menu.wording

    def shown(name: str) -> str:
        return wording.format_fact(values[name], file.values[name].form)

    text = Template.of(wording.translate(file.text)).fill(shown)
    whole = "\n".join(" ".join(line.split()) for line in (*text.split("\n"), menu.phrases.until_stop))
    return paper(wording.language, LETTERS[kind]).sheet(whole).write(whole)


def longest_text(file: MessageFile, menu: Menu) -> str:
    """Return the text as an SMS with the longest values."""
    return message_text(file, {name: value.at_longest for name, value in file.values.items()}, menu, "sms")


def most_parts(file: MessageFile, menus: Mapping[str, Menu]) -> int:
    """Return the parts of the message at its longest, in the language that needs most of them."""
    return max(len(split_sms(longest_text(file, menu))) for menu in menus.values())


def measure(files: MessageFiles, menus: Mapping[str, Menu]) -> Iterator[ScreenSizeReport]:
    """Measure each message in each language, in parts of an SMS."""
    for name, file in files.items():
        for code, menu in menus.items():
            parts = split_sms(longest_text(file, menu))
            largest = max(map(len, parts))
            yield ScreenSizeReport(f"{FOLDER}/{name}", code, MESSAGE, len(parts), largest, SMS_SIGNS)


def warnings(folder: Path, files: MessageFiles, menus: Mapping[str, Menu]) -> Iterator[Problem]:
    """Yield the messages with too many parts."""
    for name, file in files.items():
        counted = {code: len(split_sms(longest_text(file, menu))) for code, menu in menus.items()}
        if long := {code: parts for code, parts in counted.items() if parts > MAX_PARTS}:
            what = f"jusqu'à {max(long.values())} SMS, plus de {MAX_PARTS} : raccourcissez ({', '.join(long)})"
            yield read(folder / FOLDER / f"{name}.yaml").problem_at(("text",), what)
