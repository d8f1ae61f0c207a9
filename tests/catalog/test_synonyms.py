"""Synonyms: which entries they find, and what `zin check` says of those that find none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from catalog.entries import SYNONYMS, names_of, read_entries, read_services
from catalog.synonyms import Meanings, Synonyms, meaningless

MENUS = Path("menus")
SERVICES = read_services(MENUS / "catalogue")
MEANINGS = Meanings({name: names_of(service) for name, service in SERVICES.items()})


@pytest.mark.parametrize(
    ("meaning", "holders"),
    [
        ("acte de naissance", {"acte-naissance-securise"}),
        ("Créer une entreprise", {"creation-entreprise"}),
        ("conduire permis", {"permis-conduire"}),
        ("acte de construire", set()),
        ("de la", set()),
    ],
)
def test_meaning_is_held_by_one_phrase_with_all_its_words(meaning: str, holders: set[str]) -> None:
    assert MEANINGS.holders(meaning) == holders


def test_synonym_finds_every_entry_of_every_meaning() -> None:
    one = Synonyms(title="Essai", words={"papier": ("acte de naissance", "permis de conduire"), "rien": ("zzz",)})
    found = MEANINGS.synonyms([one])
    assert found == {"acte-naissance-securise": ("papier",), "permis-conduire": ("papier",)}


def test_every_synonym_of_ours_means_something() -> None:
    ours = read_entries(MENUS).synonyms
    assert len(ours) >= 2
    assert list(meaningless(MENUS / "synonyms", ours, MEANINGS)) == []


def test_meaning_without_an_entry_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "essai.yaml").write_text("title: Essai\nwords:\n  boutique: [commerce, échoppe]\n  de la: [commerce]\n")
    files, problems = SYNONYMS.read(tmp_path)
    assert problems == []
    said = [(one.line, one.what) for one in meaningless(tmp_path, files, MEANINGS)]
    assert said == [
        (3, "aucune fiche n'a « échoppe » dans son nom, son nom court ou ses mots"),
        (4, "« de la » ne veut rien dire seul : écrivez un mot qui se cherche"),
    ]


def test_menus_may_have_no_synonyms(tmp_path: Path) -> None:
    shutil.copytree(MENUS, tmp_path / "menus", ignore=shutil.ignore_patterns("synonyms"))
    assert read_entries(tmp_path / "menus").synonyms == {}
