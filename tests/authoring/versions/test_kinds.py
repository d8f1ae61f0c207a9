"""Which kinds of changes a version makes: menus, prices, verdicts, words."""

from __future__ import annotations

import pytest

from authoring.versions.kinds import kinds_changed

SERVICE = b"name: Un\ncost:\n  value: 1000\n  source: affiche\nrates: {value: x}\nwhere: {value: ici}\n"
EXAM = b"name: Bac\nverdicts:\n  admis: {say: Admis, advice: Bravo}\n"
WORDS = 'msgid "Oui"\nmsgstr "Ɛɛn"\n\nmsgctxt "résultat d\'examen"\nmsgid "Admis"\nmsgstr "Yì"\n'.encode()
FILES = {"home.yaml": b"title: Un\n", "catalogue/un.yaml": SERVICE, "exams/bac.yaml": EXAM, "locales/fon.po": WORDS}

CHANGES = [
    ({}, set()),
    ({"home.yaml": b"title: Deux\n"}, {"menus"}),
    ({"catalogue/un.yaml": SERVICE.replace(b"1000", b"1500")}, {"menus", "prices"}),
    ({"catalogue/un.yaml": SERVICE.replace(b"value: x", b"value: y")}, {"menus", "prices"}),
    ({"catalogue/un.yaml": SERVICE.replace(b"ici", b"ailleurs")}, {"menus"}),
    ({"catalogue/deux.yaml": SERVICE}, {"menus", "prices"}),
    ({"catalogue/un.yaml": b"name: Un\n"}, {"menus", "prices"}),
    ({"catalogue/un.yaml": b"name: [\n"}, {"menus", "prices"}),
    ({"exams/bac.yaml": EXAM.replace(b"Bravo", b"Retirez")}, {"menus", "verdicts"}),
    ({"exams/bac.yaml": EXAM.replace(b"Bac", b"BAC")}, {"menus"}),
    ({"locales/fon.po": WORDS.replace("Ɛɛn".encode(), b"Een")}, {"words"}),
    ({"locales/fon.po": WORDS.replace("Yì".encode(), "Gbɔ".encode())}, {"words", "verdicts"}),
    ({"locales/languages.yaml": b"fon: {}\n"}, {"words"}),
]


@pytest.mark.parametrize(("changed", "kinds"), CHANGES, ids=lambda part: " ".join(sorted(map(str, part)))[:40])
def test_kinds_follow_what_changed(changed: dict[str, bytes], kinds: set[str]) -> None:
    assert kinds_changed(FILES, {**FILES, **changed}) == kinds
    assert kinds_changed({**FILES, **changed}, FILES) == kinds
