"""Changes that citizens would notice in a new version, and the open sessions that they affect."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from authoring.diff.comparison import (
    NOT_KNOWN,
    NOTHING,
    Comparison,
    OpenSessions,
    compare,
    comparison_lines,
    count_affected_sessions,
    open_session_lines,
)
from authoring.diff.report import find_differences
from authoring.replay.regression import ReplayDifference
from authoring.validation import ValidatedMenus, validate
from authoring.versions.repository import Publication
from settings import Settings
from state.session import Session, serialize
from state.store.redis import RedisSessionStore
from tests.support.conversation import FRENCH_ONLY, SMALL_LOCALES, Market
from tests.support.database import Registry
from tests.support.menu_copies import menus_in
from tests.support.menu_versions import Bench, lines
from tests.support.patience import PATIENCE
from tests.support.valkey import Server

pytestmark = pytest.mark.slow

HOME = "home.yaml"
WELCOME = "« Bienvenue » (home.welcome)"
NEW_SCREEN = (
    "      - {label: Au revoir, to: bye}\n",
    "      - {label: Au revoir, to: bye}\n      - {label: Neuf, to: new}\n  new: {say: Du nouveau, back: welcome}\n",
)
HELPED = "  helped: {say: Utile ?, choices: [" + ", ".join(f"{{label: {one}, to: which}}" for one in "abc") + "]}\n"
CARD = "« {many} {fruit} : {cost}, le {day} » (fruits.shown)"
CHANGES = [
    (HOME, "say: Bienvenue", "say: Bonjour", "Textes changés",
     "« Bonjour » (home.welcome), ce que dit l'écran | Bienvenue | Bonjour"),
    (HOME, "Longue liste", "Grande liste", "Textes changés",
     f"{WELCOME}, un choix | Longue liste | Grande liste"),
    (HOME, *NEW_SCREEN,
     "Écrans ajoutés", "« Du nouveau » (home.new) | Du nouveau"),
    ("fruits.yaml", "Autre nombre, to: many", "Autre nombre, to: which", "Chemins changés",
     f"de {CARD}, « 1 Autre nombre » mène maintenant à « Quel fruit ? » (fruits.which) "
     "(avant : « {fruit} : combien ? » (fruits.many))"),
    ("fruits.yaml", "    choices: [{label: Autre nombre, to: many}]\n", "", "Chemins changés",
     f"de {CARD}, le choix « 1 Autre nombre » n'existe plus (il menait à « {{fruit}} : combien ? » (fruits.many))"),
    (HOME, "      - {label: Secret", "      - {label: Vite, to: unavailable}\n      - {label: Secret",
     "Chemins changés", f"de {WELCOME}, « 1 Secret » se tape maintenant 2"),
    ("secret.yaml", '".{1,40}"', '".{1,20}"', "Réponses et recherches changées",
     "« Le code ? » (secret.ask) : réponses acceptées | .{1,40} | .{1,20}"),
    ("secret.yaml", "    private: true\n", "", "Réponses et recherches changées",
     "« Le secret : {secret} » (secret.shown) : privé | ne s'affiche plus à qui rappelle"),
    ("fruits.yaml", 'shortcut: "7"', 'shortcut: "8"', "Mots et numéros qui ouvrent un parcours",
     "le numéro 8 du premier écran ouvre | « Quel fruit ? » (fruits.which)"),
    ("fruits.yaml", "first: which\nscreens:\n", f"survey: helped\nfirst: which\nscreens:\n{HELPED}",
     "Questions après une réponse",
     "parcours « Fruits » : question après une réponse | « Utile ? » (fruits.helped)"),
    ("fruits.yaml", "title: Fruits", "title: Des fruits", "Mots et numéros qui ouvrent un parcours",
     "titre du parcours fruits | Fruits | Des fruits"),
    ("catalogue/casier-judiciaire-b3.yaml", "value: 1900", "value: 2500", "Services, examens et étapes",
     "service changé : « Extrait du casier judiciaire (bulletin n° 3, remis à vous seul) » (casier-judiciaire-b3),"
     " prix : 1900 → 2500"),
    ("communes.csv", "Borgou,Parakou,9.337", "Borgou,Parakou,9.338", "Communes et centres",
     "nouveau : Parakou (Borgou), 9.338 2.63"),
    ("centres/kandi.yaml", "value: 2021-12-21", "value: 2022-01-21", "Communes et centres",
     "centre changé : « Centre communal de services publics de Kandi » (kandi), ouverture : 2021-12-21 → 2022-01-21"),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change[4][:40])
def test_changes_are_described_for_citizens(tmp_path: Path, change: tuple[str, ...]) -> None:
    found = noticed(tmp_path, change[0], change[1], change[2])
    assert any(change[4] in one for one in found.get(change[3], [])), found


def test_changed_text_is_no_changed_transition(tmp_path: Path) -> None:
    assert list(noticed(tmp_path, "fruits.yaml", "Quel fruit ?", "Quel fruit cherchez-vous ?")) == ["Textes changés"]


def test_of_two_choices_to_one_screen_the_changed_one_is_named(tmp_path: Path) -> None:
    same = (NEW_SCREEN[0], NEW_SCREEN[0] + "      - {label: Salut, to: bye}\n")
    found = noticed(tmp_path, HOME, "Salut", "À bientôt", begun=same)
    assert found == {"Textes changés": [f"{WELCOME}, un choix | Salut | À bientôt"]}


def test_removed_screen_is_reported_with_its_text(tmp_path: Path) -> None:
    found = noticed(tmp_path, HOME, NEW_SCREEN[1], NEW_SCREEN[0], begun=NEW_SCREEN)
    assert found["Écrans retirés"] == ["« Du nouveau » (home.new) | Du nouveau"]


def noticed(folder: Path, file: str, old: str, new: str, begun: tuple[str, str] = ("", "")) -> dict[str, list[str]]:
    """What one change of the small menu makes a citizen notice; begun is one that was made before."""
    menus, found = menus_in(folder), list[ValidatedMenus]()
    for number, (was, now) in enumerate((begun, (old, new))):
        text = (menus / file).read_text(encoding="utf-8")
        assert not was or text.count(was) == 1, was
        (menus / file).write_text(text.replace(was, now) if was else text, encoding="utf-8")
        copy = Path(shutil.copytree(menus, folder / str(number)))
        found.append(validate(Settings(menus=copy, locales=FRENCH_ONLY), Market.questions))
    return lines(find_differences(*found))


async def test_untranslated_new_text_is_reported(registry: Registry, tmp_path: Path) -> None:
    bench = Bench(registry, tmp_path / "bench", SMALL_LOCALES)
    before = await bench.publish()
    bench.change("fruits.yaml", "Quel fruit ?", "Quel fruit cherchez-vous ?")
    found = await bench.differences(before, await bench.stage())
    assert [line.partition(" | ")[2] for line in found["Textes qui restent en français"]] == [
        "Quel fruit cherchez-vous ?"
    ]
    assert not any(", en " in line for line in found["Textes changés"])
    await bench.versions.compiled.close()


async def test_unseen_file_makes_a_version_without_changes(bench: Bench) -> None:
    before = await bench.publish()
    (bench.folder / "README.md").write_text("pour les opérateurs", encoding="utf-8")
    after = await bench.stage()
    assert after != before
    assert await bench.differences(before, after) == {}


# Who is in the midst of it


async def test_open_sessions_are_counted_by_affected_screen(own_valkey: Server) -> None:
    store = RedisSessionStore(own_valkey.url, PATIENCE)
    for number, (screen, closed, service) in enumerate(
        [("a", False, ""), ("b", False, ""), ("b", False, "cip"), ("b", True, "cip"), ("c", False, "cip")]
    ):
        session = Session(screen, "v1", "", 0.0, closed=closed, answers={"service": service} if service else {})
        await store.compare_and_set(f"session:{number}", b"", serialize(session), 60)
    await store.compare_and_set("session:odd", b"", b"not one of ours", 60)
    await store.compare_and_set("desk:x", b"", serialize(Session("a", "v1", "", 0.0)), 60)
    found = await count_affected_sessions(store, {"a"}, {"b"}, {"cip"})
    assert found == OpenSessions(many=4, on_removed=1, on_changed=2, on_service=2)
    least = await count_affected_sessions(store, {"a"}, {"b"}, {"cip"}, most=2)
    assert not least.whole
    await store.close()


async def test_scan_gives_each_key_once(own_valkey: Server) -> None:
    store = RedisSessionStore(own_valkey.url, PATIENCE)
    for number in range(1500):
        await store.compare_and_set(f"session:{number}", b"", str(number).encode(), 60)
    assert sorted([int(one) async for one in store.scan("session:", 5000)]) == list(range(1500))
    assert len([one async for one in store.scan("session:", 700)]) == 700
    await store.close()


async def test_comparison_without_valkey_reports_unknown_sessions(bench: Bench, own_valkey: Server) -> None:
    await bench.publish()
    bench.change(HOME, "Bienvenue", "Bonjour")
    version, store = await bench.stage(), RedisSessionStore(own_valkey.url, 0.2)
    own_valkey.kill()
    found = await compare(bench.versions.compiled, version, store)
    assert found.open is None
    assert list(open_session_lines(found.open)) == [NOT_KNOWN]
    await store.close()


def test_sentences_count_the_affected_sessions() -> None:
    first = next(open_session_lines(OpenSessions(12, 1, 3, 2)))
    assert first == (
        "Conversations ouvertes en ce moment : 12, dont 1 sur un écran retiré, 3 sur un écran changé, "
        "2 dans un service qui change."
    )
    assert next(open_session_lines(OpenSessions(20_000, whole=False))).endswith(" : au moins 20000.")


def test_comparison_without_difference_says_so() -> None:
    found = Comparison("a" * 20, Publication(1, "b" * 20, "awa", 0, ""), (), OpenSessions())
    assert NOTHING in list(comparison_lines(found, ()))
    calls = (ReplayDifference("x", "Un appel", problem="ligne 3"),)
    assert "- Un appel (x), qui ne se joue pas : ligne 3" in list(comparison_lines(found, calls))
