"""The translators' files: every text goes out once with where it stands, and no work of theirs is ever lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import authoring.translation_files
from catalog.texts import messages_in as entry_messages
from state.errors import InvalidMenu
from state.menu.extraction import messages_in
from state.text.po_catalog import Translations
from state.text.po_files import translation_status
from state.text.po_parser import parse
from state.yaml_files.loader import read

pytestmark = pytest.mark.slow

TABLE = """fr: {name: Français, offered: true, review: {state: source}}
fon: {name: Fɔngbe, offered: true, review: {state: draft}}
"""


@pytest.fixture
def menus(tmp_path: Path) -> Path:
    """A copy of our menus, of which a test changes something."""
    return Path(shutil.copytree("menus", tmp_path / "menus"))


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    folder = tmp_path / "locales"
    folder.mkdir()
    (folder / "languages.yaml").write_text(TABLE, encoding="utf-8")
    return folder


def catalog(path: Path) -> Translations:
    return parse(path.read_bytes())[0]


def edit(path: Path, old: str, new: str) -> None:
    written = path.read_text(encoding="utf-8")
    assert old in written
    path.write_text(written.replace(old, new, 1), encoding="utf-8")


def test_template_has_every_text() -> None:
    texts = authoring.translation_files.build_template(Path("menus"))
    journeys = [one for path in Path("menus").glob("*.yaml") for one in messages_in(read(path))]
    entries = [one for path in Path("menus").glob("*/*.yaml") for one in entry_messages(read(path))]
    assert len(journeys) > 100
    assert len(entries) > 400
    for message in (*journeys, *entries):
        if any(sign.isalpha() for sign in message.text.replace("{", "\0{").split("\0")[0]):
            assert texts.get(message.text, message.sense or None), message
    assert texts.get("délai")
    assert texts.get("Assez bien", "résultat d'examen")


def test_committed_template_matches_the_menus(tmp_path: Path) -> None:
    shutil.copy(Path("locales") / "zin.pot", tmp_path)
    before = (tmp_path / "zin.pot").read_bytes()
    authoring.translation_files.extract(Path("menus"), tmp_path)
    assert (tmp_path / "zin.pot").read_bytes() == before, "run: zin words update"


def test_committed_languages_are_up_to_date(tmp_path: Path) -> None:
    folder = Path(shutil.copytree("locales", tmp_path / "locales"))
    assert list(authoring.translation_files.update(Path("menus"), folder)) == [], "run: zin words update"


def test_message_has_its_screen_and_sense(menus: Path) -> None:
    edit(menus / "help.yaml", "first: topics\n", "first: topics\nsenses: {Aide: le secours}\n")
    texts = authoring.translation_files.build_template(menus)
    helping = texts.get("Aide", "le secours")
    assert helping
    assert helping.auto_comments == ["écran help.topics : ce que dit l'écran"]
    assert [file for file, _ in helping.locations] == ["menus/help.yaml"]
    assert texts.get("Aide")  # the choice of the first screen has no sense of its own
    assert texts.get("Retour", "touche")
    counted = texts.get("Un service trouvé :")
    assert counted
    assert counted.id == ("Un service trouvé :", "{count} services trouvés :")
    assert texts.get("{name}") is None  # nothing to translate


def test_new_language_file_is_written_once(menus: Path, locales: Path) -> None:
    assert [path.name for path in authoring.translation_files.update(menus, locales)] == ["zin.pot", "fon.po"]
    assert catalog(locales / "fon.po").locale_identifier == "fon"
    assert "Zin en Fɔngbe (fon)" in (locales / "fon.po").read_text(encoding="utf-8")
    for path in locales.glob("*.po*"):  # another day
        edit(path, "POT-Creation-Date: 20", "POT-Creation-Date: 19")
    assert list(authoring.translation_files.update(menus, locales)) == []


def translate(locales: Path, text_id: str, translation: str, note: str) -> None:
    edit(locales / "fon.po", f'msgid "{text_id}"\nmsgstr ""', f'msgid "{text_id}"\nmsgstr "{translation}"')
    before, _, after = (locales / "fon.po").read_text(encoding="utf-8").partition(f'msgid "{text_id}"')
    head, _, entry = before.rpartition("\n\n")
    text = f'{head}\n\n# {note}\n{entry}msgid "{text_id}"{after}'
    (locales / "fon.po").write_text(text, encoding="utf-8")


def test_changed_text_becomes_fuzzy_others_stay(menus: Path, locales: Path) -> None:
    list(authoring.translation_files.update(menus, locales))
    translate(locales, "Quel examen ?", "Tɛ́nkpɔ́n tɛ ?", "relu : A. B., 2026-01-31")
    translate(locales, "Aucun service trouvé.", "Azɔ ɖě ɖò.", "brouillon")
    edit(menus / "exams.yaml", "say: Quel examen ?", "say: De quel examen ?")
    assert {path.name for path in authoring.translation_files.update(menus, locales)} == {"zin.pot", "fon.po"}
    found = catalog(locales / "fon.po")
    changed, same = found.get("De quel examen ?"), found.get("Aucun service trouvé.")
    assert changed
    assert same
    assert (changed.string, changed.fuzzy, translation_status(changed)) == ("Tɛ́nkpɔ́n tɛ ?", True, "missing")
    assert changed.user_comments == []  # the review was of the former text
    assert (same.string, translation_status(same)) == ("Azɔ ɖě ɖò.", "draft")


def test_translation_of_a_removed_text_stays(menus: Path, locales: Path) -> None:
    list(authoring.translation_files.update(menus, locales))
    translate(locales, "Pièces à fournir", "Wema lɛ", "brouillon")
    edit(menus / "services.yaml", "- {label: Pièces à fournir, to: documents,", "- {label: Dossier, to: documents,")
    list(authoring.translation_files.update(menus, locales))
    assert "Wema lɛ" in (locales / "fon.po").read_text(encoding="utf-8")


def test_translation_of_a_text_that_reappears_returns(menus: Path, locales: Path) -> None:
    list(authoring.translation_files.update(menus, locales))
    translate(locales, "Pièces à fournir", "Wema lɛ", "relu : A. B., 2026-01-31")
    shutil.move(menus / "services.yaml", menus.parent)
    list(authoring.translation_files.update(menus, locales))
    assert catalog(locales / "fon.po").get("Pièces à fournir") is None
    shutil.move(menus.parent / "services.yaml", menus)
    list(authoring.translation_files.update(menus, locales))
    found = catalog(locales / "fon.po")
    back = found.get("Pièces à fournir")
    assert back
    assert (back.string, translation_status(back)) == ("Wema lɛ", "reviewed")
    assert list(authoring.translation_files.update(menus, locales)) == []
    assert "Pièces à fournir" not in found.obsolete


def test_plural_rule_of_a_language_without_cldr_stays(menus: Path, locales: Path) -> None:
    list(authoring.translation_files.update(menus, locales))
    edit(locales / "fon.po", "nplurals=2; plural=(n != 1);", "nplurals=1; plural=0;")
    written = (locales / "fon.po").read_text(encoding="utf-8")
    (locales / "fon.po").write_text(written.replace('msgstr[1] ""\n', ""), encoding="utf-8")
    edit(menus / "exams.yaml", "say: Quel examen ?", "say: Lequel ?")
    list(authoring.translation_files.update(menus, locales))
    assert '"Plural-Forms: nplurals=1; plural=0;\\n"' in (locales / "fon.po").read_text(encoding="utf-8")


def test_status_counts_reviews_and_lists_french_screens(menus: Path, locales: Path) -> None:
    list(authoring.translation_files.update(menus, locales))
    notes = ("relu : A. B., 2026-01-31", "attesté : un dictionnaire", "brouillon", "à voir")
    texts = ("Quel examen ?", "Thème ?", "Où aller", "Recevoir par message")
    for note, text in zip(notes, texts, strict=True):
        translate(locales, text, "x", note)
    (fon,) = authoring.translation_files.status(menus, locales)
    missing = fon.messages - 4
    assert fon.counts == {"reviewed": 1, "attested": 1, "draft": 2, "missing": missing}
    assert "exams.which_exam" not in fon.in_french
    assert "exams.seat" in fon.in_french
    head, row = authoring.translation_files.progress_table([fon])
    assert [head.split()[0], row.split()[:2]] == ["messages", ["fon", "Fɔngbe"]]
    assert row.split()[2:8] == [str(fon.messages), "4", "1", "1", "2", str(missing)]


def test_unreadable_file_is_reported_and_nothing_written(menus: Path, locales: Path) -> None:
    list(authoring.translation_files.update(menus, locales))
    (locales / "fon.po").write_text("ceci n'est pas un catalogue\n", encoding="utf-8")
    before = {path: path.read_bytes() for path in locales.iterdir()}
    edit(menus / "exams.yaml", "say: Quel examen ?", "say: Lequel ?")
    with pytest.raises(InvalidMenu, match=r"fon\.po:1:1: fichier \.po illisible"):
        list(authoring.translation_files.update(menus, locales))
    assert {path: path.read_bytes() for path in locales.iterdir()} == before
