"""Translation files as tools and people leave them: one entry never costs another, and `zin words update` ends well."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from authoring.translation_files import extract, update
from state.errors import InvalidMenu
from state.text.languages import read_languages
from state.text.po_files import forms, read, translation_status
from state.text.po_parser import parse
from tests.support.conversation import SMALL, SMALL_LOCALES

TABLE = Path(__file__).parents[1] / "data" / "understood" / "translations.yaml"
ROWS: list[dict[str, Any]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
HEADER = r"""msgid ""
msgstr ""
"Language: aa\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SMALL_LOCALES, tmp_path / "locales"))


def written(row: dict[str, Any]) -> bytes:
    text = row["said"] if row.get("header") == "none" else HEADER + row["said"]
    text = text.replace("\n", row.get("end", "\n"))
    return bytes(text.encode(row.get("encoding", "utf-8"), "surrogateescape"))


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_a_translation_file_keeps_every_sound_entry(locales: Path, row: dict[str, Any]) -> None:
    path, expected = locales / "aa.po", row["expected"]
    path.write_bytes(written(row))
    catalog, problems = read(path, read_languages(locales)[0]["aa"])
    complaints = [f"{one.line}: {one.what}" for one in problems]
    starts = expected.get("problems", [])
    assert [what[: len(start)] for what, start in zip(complaints, starts, strict=True)] == starts
    found = {text: catalog.get(text) for text in {**expected.get("texts", {}), **expected.get("status", {})}}
    for text, translation in expected.get("texts", {}).items():
        message = found[text]
        assert (forms(message)[0] if message else "") == translation
    assert {text: translation_status(found[text]) for text in expected.get("status", ())} == expected.get("status", {})
    assert {one.id if isinstance(one.id, str) else one.id[0]: forms(one)[0] for one in catalog.obsolete.values()} == (
        expected.get("obsolete", {})
    )


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_an_update_writes_all_or_complains(locales: Path, row: dict[str, Any]) -> None:
    path = locales / "aa.po"
    path.write_bytes(written(row))
    if row["expected"].get("problems"):
        with pytest.raises(InvalidMenu, match=r"aa\.po:\d+:1: "):
            list(update(SMALL, locales))
        assert path.read_bytes() == written(row)
        return
    list(update(SMALL, locales))
    catalog, faults = parse(path.read_bytes())
    assert faults == []
    left = {forms(one)[0] for one in (*catalog, *catalog.obsolete.values())}
    assert left >= {text for text in row["expected"].get("texts", {}).values() if text}
    assert list(update(SMALL, locales)) == []


TEMPLATES = {
    "a byte order mark": b"\xef\xbb\xbf# Textes\n",
    "two bytes for each sign": "# Textes\n".encode("utf-16"),
    "no template": b"ceci n'est pas un catalogue\n",
    "another encoding": b'msgid "R\xe9ponse"\nmsgstr ""\n',
    "a date of nobody": b'msgid ""\nmsgstr "POT-Creation-Date: YEAR-MO-DA HO:MI+ZONE\\n"\n',
}


@pytest.mark.parametrize("raw", TEMPLATES.values(), ids=TEMPLATES)
def test_a_damaged_template_is_written_anew(locales: Path, raw: bytes) -> None:
    path = locales / "zin.pot"
    path.write_bytes(raw)
    assert path in list(update(SMALL, locales))
    catalog, faults = parse(path.read_bytes())
    assert (faults, len(catalog) > 5) == ([], True)


INVALID = {
    "an entry with a wrong key": ("catalogue/passeport-ordinaire.yaml", "name:", "nom:"),
    "an entry that is no YAML": ("catalogue/passeport-ordinaire.yaml", "name:", "name: ["),
    "an exam": ("exams/bac.yaml", "verdicts:", "verdict:"),
    "a status": ("statuses/ready.yaml", "advice:", "avis:"),
    "a source": ("sources/requests.yaml", "title:", "titre:"),
    "a journey": ("help.yaml", "first:", "premier:"),
    "the phrases": ("phrases.yaml", "back:", "retour:"),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", INVALID.values(), ids=INVALID)
def test_invalid_menu_file_takes_no_text_away(tmp_path: Path, locales: Path, change: tuple[str, str, str]) -> None:
    menus = Path(shutil.copytree("menus", tmp_path / "menus"))
    list(update(menus, locales))
    before = {path: path.read_bytes() for path in locales.iterdir()}
    file, old, new = change
    sound = (menus / file).read_text(encoding="utf-8")
    (menus / file).write_text(sound.replace(old, new, 1), encoding="utf-8")
    complaint = rf"{re.escape(file)}:\d+:\d+: "
    with pytest.raises(InvalidMenu, match=complaint):
        list(update(menus, locales))
    with pytest.raises(InvalidMenu, match=complaint):
        extract(menus, locales)
    assert {path: path.read_bytes() for path in locales.iterdir()} == before
