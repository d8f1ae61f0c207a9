"""A call after an interruption: resumed or begun anew, on its own menu or another."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from state.menu.versions import MenuVersion
from state.store.memory import InMemory
from tests.support.conversation import SMALL, Town, edition


async def test_interrupted_call_can_be_resumed(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    cut_off = await phone.type("7", "1")
    town.clock.now += 500
    offer = await phone.dial()
    assert offer.text == "Votre appel a été coupé. Voulez-vous continuer ?\n1 Continuer\n2 Accueil"
    assert (await phone.type("5")).text.startswith("Ce numéro n'est pas dans la liste.\n1 Continuer")
    assert await phone.type("1") == cut_off
    assert "5 000 F" in (await phone.type("5")).text


async def test_interrupted_call_can_start_again(town: Town) -> None:
    phone = town.phone()
    await phone.dial("7*1")
    await phone.dial()
    assert (await phone.type("2")).text.startswith("Bienvenue")
    assert (await phone.type("2")).text.startswith("Choisissez")


@pytest.mark.parametrize(("dialled", "later"), [("3", 5), ("7*1", 700), ("1*sésame", 5), ("", 5), ("7*1*5", 5)],
                         ids=["over", "too late", "private", "at the start", "answered"])  # fmt: skip
async def test_call_is_not_resumed_after(town: Town, dialled: str, later: float) -> None:
    phone = town.phone()
    await phone.dial(dialled)
    town.clock.now += later
    assert (await phone.dial()).text.startswith("Bienvenue")


async def test_silent_call_is_replayed_from_its_start(town: Town) -> None:
    phone = town.phone()
    await phone.dial()
    await phone.type("7", "1")
    town.clock.now += 181
    assert (await phone.type("5")).text.startswith("5 Mangue : 5 000 F")


async def test_private_screen_is_not_shown_again(town: Town) -> None:
    phone = town.phone()
    assert "le baobab" in (await phone.dial("1*sésame")).text
    assert "baobab" not in (await phone.dial()).text


async def test_open_session_stays_on_its_menu(town: Town, tmp_path: Path) -> None:
    old, new = town.phone("+2290190000001"), town.phone("+2290190000002")
    await old.dial("7")
    town.menus.activate(changed(town, tmp_path))
    assert (await new.dial("7")).text.startswith("Quel beau fruit ?")
    assert (await old.type("1", "0")).text.startswith("Quel fruit ?")


async def test_session_moves_to_the_new_menu(town: Town, tmp_path: Path) -> None:
    phone, lost = town.phone("+2290190000001"), town.phone("+2290190000002")
    await phone.dial("7*1")
    await lost.dial("2*3")
    town.menus.activate(changed(town, tmp_path))
    town.menus._replaced.clear()
    assert "5 000 F" in (await phone.type("5")).text
    reply = await lost.type("1")
    assert reply.text.startswith("Le menu a changé, nous reprenons au début.\nBienvenue")


def changed(town: Town, folder: Path) -> MenuVersion:
    """The small menu with another text, and without its long list."""
    shutil.copytree(SMALL, folder, dirs_exist_ok=True)
    (folder / "long.yaml").unlink()
    for file, old, new in (
        ("fruits.yaml", "Quel fruit", "Quel beau fruit"),
        ("home.yaml", "      - {label: Longue liste, to: long}\n", ""),
    ):
        written = (folder / file).read_text(encoding="utf-8")
        (folder / file).write_text(written.replace(old, new), encoding="utf-8")
    return edition(folder, town.market.questions)


async def test_unreadable_record_is_a_new_session(town: Town) -> None:
    phone = town.phone()
    await phone.dial("7")
    assert isinstance(town.store, InMemory)
    key = next(iter(town.store.entries))
    for odd in (b"{", b"[]", b'{"screen": "x"}', b"\xff"):
        assert await town.store.compare_and_set(key, await town.store.get(key), odd, 60)
        assert (await phone.dial()).text.startswith("Bienvenue")
