"""A compiled menu: the numbers on its screens, where Retour leads, and its drawing and schema."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from authoring.replay.fakes import FakeClock
from catalog.entries import json_schemas
from state.menu.active_versions import ActiveMenus
from state.menu.diagram import draw
from state.menu.journey_files import read_journeys
from state.menu.model import Menu
from state.menu.schema import schema
from state.menu.versions import MenuVersion
from state.text.languages import FRENCH
from state.text.page_format import paper
from state.text.pagination import Footer, paginate
from tests.support.conversation import SMALL, USSD, Market, edition

MENUS = Path("menus")

FOOTER = Footer("98 Suite", "0 Retour")


def french(edition: MenuVersion) -> Menu:
    return edition.menu("fr")


def numbered(menu: Menu, screen: str) -> list[tuple[int, str | None]]:
    return [(one.number, one.label.texts[0] if one.label else None) for one in menu.screens[screen].options]


def edited(folder: Path, file: str, old: str, new: str) -> MenuVersion:
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    written = (folder / file).read_text(encoding="utf-8")
    assert old in written
    (folder / file).write_text(written.replace(old, new), encoding="utf-8")
    return edition(folder, Market.questions)


def test_shortcut_number_does_not_change(tmp_path: Path) -> None:
    menu = french(edition(SMALL, Market.questions))
    assert numbered(menu, "home.welcome") == [(1, "Secret"), (2, "Longue liste"), (3, "Au revoir"), (7, "Fruits")]
    menu = french(
        edited(tmp_path, "home.yaml", "    choices:\n      -", "    choices:\n      - {label: Neuf, to: bye}\n      -")
    )
    assert numbered(menu, "home.welcome")[0] == (1, "Neuf")
    assert numbered(menu, "home.welcome")[-1] == (7, "Fruits")


def test_hidden_shortcut_still_works(tmp_path: Path) -> None:
    menu = french(edited(tmp_path, "home.yaml", "      - {label: Fruits, to: fruits}\n", ""))
    assert numbered(menu, "home.welcome")[-1] == (7, None)
    assert menu.screens["home.welcome"].lines == ("1 Secret", "2 Longue liste", "3 Au revoir")


BACK = [
    ("fruits.which", "home.welcome"),
    ("fruits.many", "fruits.which"),  # and not « Autre numéro », which comes from behind it
    ("fruits.shown", "fruits.many"),  # through the look-up, and not « Réessayer »
    ("fruits.down", "fruits.many"),
    ("home.unavailable", "home.welcome"),
    ("secret.shown", "secret.ask"),
]


@pytest.mark.parametrize(("screen", "back"), BACK)
def test_back_leads_to_the_dominating_screen(screen: str, back: str) -> None:
    machine = french(edition(SMALL, Market.questions)).machine
    assert machine.events["back"].transitions[screen][0].dest == back


def test_version_depends_on_the_files_only(tmp_path: Path) -> None:
    shutil.copytree(SMALL, tmp_path / "copy")
    version = edition(SMALL, Market.questions).version
    assert edition(tmp_path / "copy", Market.questions).version == version
    assert edited(tmp_path / "copy", "home.yaml", "Bienvenue", "Bonjour").version != version


def test_versions_stay_while_sessions_use_them(tmp_path: Path) -> None:
    clock = FakeClock()
    versions = [edited(tmp_path / str(n), "home.yaml", "Bienvenue", f"Bonjour {n}") for n in range(30)]
    menus = ActiveMenus(versions[0], 100, clock)
    menus.activate(versions[1])
    clock.now += 101
    menus.activate(versions[2])
    assert menus.get(versions[0].version) is None
    stored = menus.get(versions[1].version)
    assert stored
    assert stored.version == versions[1].version
    for menu in versions[3:]:
        menus.activate(menu)
    assert menus.current is versions[29]
    assert len(menus._replaced) == 20
    menus.activate(versions[28])  # going back to an earlier text is going back to its version
    assert menus.get(versions[28].version) is menus.current


def test_page_cache_is_cleared_by_new_menus(tmp_path: Path) -> None:
    menus = ActiveMenus(edition(SMALL, Market.questions), 100, FakeClock())
    letters = paper(FRENCH, USSD)
    assert paginate("Bonjour", ("1 Oui",), FOOTER, letters) is paginate("Bonjour", ("1 Oui",), FOOTER, letters)
    most = paginate.cache_info().maxsize
    assert most
    for number in range(most + 10):
        paginate(f"Bonjour {number}", (), FOOTER, letters)
    assert paginate.cache_info().currsize == most
    menus.activate(edited(tmp_path, "home.yaml", "Bienvenue", "Bonjour"))
    assert paginate.cache_info().currsize == 0


def test_diagram_shows_texts_and_inputs() -> None:
    drawn = draw(read_journeys(SMALL), "fruits")
    assert 'fruits__which["Quel fruit ?"]' in drawn
    assert 'fruits__which -->|"{name}"| fruits__many' in drawn
    assert 'fruits__price -->|"unavailable"| fruits__down' in drawn
    assert "long__" not in drawn
    assert "long__many" in draw(read_journeys(SMALL))


def test_committed_schemas_match_the_models(rewrite: bool) -> None:
    wanted = {"schema.json": json.dumps(schema(), ensure_ascii=False, indent=2) + "\n", **json_schemas()}
    for name, text in wanted.items():
        if rewrite:
            (MENUS / name).write_text(text, encoding="utf-8")
        assert (MENUS / name).read_text(encoding="utf-8") == text, f"{name}: run pytest --rewrite"
