"""Services from CSV and XLSX: headings as offices write them, cells as spreadsheets leave them, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from authoring.services.columns import join, split, titles
from authoring.services.record import Origin, Records
from authoring.services.table_export import write_table
from authoring.services.table_import import read_table
from catalog.entries import Service, read_services
from spreadsheets.sheet import FileBroken

SERVICES = read_services(Path(__file__).parents[3] / "menus" / "catalogue")
ORIGIN = Origin("le portail d'exemple", "2026-11-29")
SAID = {"source": "le portail d'exemple", "as_of": "2026-11-29"}


def read(folder: Path, text: str) -> Records:
    path = folder / "services.csv"
    path.write_text(text, encoding="utf-8")
    return read_table(path, ORIGIN)


def test_export_is_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "services.csv"
    path.write_bytes(write_table(SERVICES))
    found = read_table(path, Origin())
    assert (found.refused, found.unused) == ((), ())
    assert {one.entry: Service.model_validate(one.fields) for one in found.found} == SERVICES


def test_headings_are_those_of_offices(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "Catalogue d'exemple;;;;;;;\n"
        "Intitulé;CODE PSL;Thématique;Événement de vie;Structure;Coût (F CFA);Pièces à fournir;Remarques\n"
        'Carte d\'exemple;PS00001;Transport;Voyage;Mairie;1 500 F CFA;"photo ; acte";rien\n',
    )
    (record,) = found.found
    assert record.place == "ligne 3"
    assert record.fields == {
        "name": "Carte d'exemple",
        "code": "PS00001",
        "theme": "Transport",
        "life_event": "Voyage",
        "administration": "Mairie",
        "cost": {"value": "1500", **SAID},
        "documents": {"value": ["photo", "acte"], **SAID},
    }
    assert found.unused == ("Remarques",)


@pytest.mark.parametrize(
    ("written", "key", "value"),
    [
        ("1900", "cost", "1900"),
        ("1 900", "cost", "1900"),
        ("1 900,00 FCFA", "cost", "1900"),
        ("10 000 f", "cost", "10000"),
        ("Gratuit", "cost", "0"),
        ("0", "cost", "0"),
        ("selon la cylindrée", "rates", "selon la cylindrée"),
        ("1 900 F ou plus", "rates", "1 900 F ou plus"),
    ],
)
def test_price_is_read_as_it_is_written(tmp_path: Path, written: str, key: str, value: str) -> None:
    (record,) = read(tmp_path, f'Nom;Prix\nCarte;"{written}"\n').found
    assert record.fields[key] == {"value": value, **SAID}


def test_source_and_date_of_a_fact_come_first(tmp_path: Path) -> None:
    (record,) = read(
        tmp_path,
        "Nom;Prix;Prix : source;Prix : date;Délai;Source;Date\nCarte;10;arrêté;05/03/2026;3 jours;presse;2026\n",
    ).found
    assert record.fields["cost"] == {"value": "10", "source": "arrêté", "as_of": "2026-03-05"}
    assert record.fields["delay"] == {"value": "3 jours", "source": "presse", "as_of": "2026"}


def test_workbook_is_read_with_its_dates(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["Nom", "Prix", "Date", "Pièces"])
    book.active.append(["Carte", 1500, date(2026, 3, 5), "photo\nacte"])
    book.save(tmp_path / "services.xlsx")
    (record,) = read_table(tmp_path / "services.xlsx", ORIGIN).found
    assert record.fields["cost"] == {"value": "1500", "source": SAID["source"], "as_of": "2026-03-05"}
    assert record.fields["documents"]["value"] == ["photo", "acte"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Nom;Prix\nCarte d�exemple;10\n", "ligne 2 : signes abîmés"),
        ("Nom;Prix\nCarte;#N/A\n", "ligne 2 : signes abîmés"),
        ("Nom;Prix\nCarte;10;20\n", "ligne 2 : plus de cases que de titres"),
    ],
)
def test_faulty_row_is_refused_with_its_line(tmp_path: Path, text: str, what: str) -> None:
    found = read(tmp_path, text)
    assert found.found == ()
    assert [line.startswith(what) for line in found.refused] == [True]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "fichier vide"),
        ("a;b\n1;2\n", "pas de titres de colonnes"),
        ("Nom;Prix\n", "aucun service sous les titres"),
        ("Nom;Prix;Tarif\nCarte;10;20\n", "deux colonnes pour une seule chose (prix)"),
    ],
)
def test_file_without_services_is_refused(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(FileBroken) as error:
        read(tmp_path, text)
    assert what in str(error.value)


@pytest.mark.parametrize("texts", [["a"], ["a", "b"], ["a ; b"], ["a ; b", "c"], []])
def test_texts_of_a_cell_are_split_as_they_were_joined(texts: list[str]) -> None:
    assert split(join(texts)) == texts


def test_no_two_columns_have_one_heading() -> None:
    assert len(set(titles().values())) == len(titles())
