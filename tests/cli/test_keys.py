"""The verbs `zin keys`: what they print, and what a key then opens."""

from __future__ import annotations

import re

import pytest

from api.callbacks import callback_secret
from api.key_format import read_key
from api.keys import SCOPES, ApiKeys, NewKey
from cli.keys import CHOICES, keys
from state.identity import Pseudonyms
from tests.support.audit_entries import done
from tests.support.command_line import Zin
from tests.support.database import Registry

pytestmark = pytest.mark.slow


def test_command_has_the_scopes_of_the_api() -> None:
    assert CHOICES == SCOPES


async def test_key_is_added_listed_and_revoked(registry: Registry, zin: Zin) -> None:
    added = await zin(keys, "add", "justice", "--scope", "messages", "--test", "--parts-per-day", "20000")
    assert added.exit_code == 0
    first, text, last = added.stdout.splitlines()
    given = read_key(text)
    assert given
    assert first == f"Clé {given.id} de « justice » (de test) :"
    assert last.startswith("Zin ne l'affichera plus")
    found = await ApiKeys(registry.database).find(given)
    assert found
    assert (found.mode, found.scopes, found.requests_per_minute, found.parts_per_day) == (
        "test",
        ("messages",),
        60,
        20000,
    )
    listed = await zin(keys, "list")
    assert re.fullmatch(
        rf"justice  {given.id} de test  messages  60 requêtes/min, 20\u202f000 parties/jour  "
        r"donnée le \d\d/\d\d/\d{4} par console:\S+\n",
        listed.stdout,
    )
    assert text[25:] not in listed.stdout
    revoked = await zin(keys, "revoke", given.id)
    assert (revoked.exit_code, revoked.stdout) == (0, "Clé de « justice » retirée.\n")
    assert ", retirée le " in (await zin(keys, "list")).stdout
    assert [entry.action for entry in await done(registry.database)] == ["keys add", "keys revoke"]


async def test_key_with_a_callback_shows_its_secret_once(registry: Registry, zin: Zin) -> None:
    address = "https://justice.example/zin"
    added = await zin(keys, "add", "justice", "--scope", "messages", "--callback", address)
    _, text, head, secret, _ = added.stdout.splitlines()
    given = read_key(text)
    assert given
    found = await ApiKeys(registry.database).find(given)
    assert found
    assert found.callback == address
    assert head == f"Secret qui signe les appels de Zin vers {address} :"
    assert secret == callback_secret(Pseudonyms(registry.settings.secrets.pepper), given.id)
    assert secret not in (await zin(keys, "list")).stdout


async def test_revoked_key_stops_its_messages(registry: Registry, zin: Zin) -> None:
    made = await ApiKeys(registry.database).add(NewKey("justice", "live", ("messages",)), "console:test")
    revoked = await zin(keys, "revoke", made.id, "--stop-messages")
    assert revoked.stdout.splitlines() == ["Clé de « justice » retirée.", "Citoyens à qui rien ne partira : 0."]


async def test_list_without_keys_says_how_to_add_one(zin: Zin) -> None:
    assert (await zin(keys, "list")).stdout == "Aucune clé : « zin keys add » en donne une à un ministère.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "Justice", "--scope", "messages"), "Nom de ministère refusé"),
        (("add", "justice"), "--scope"),
        (("add", "justice", "--scope", "all"), "messages"),
        (("add", "justice", "--scope", "messages", "--requests-per-minute", "0"), "de 1 à 6000"),
        (("add", "justice", "--scope", "messages", "--callback", "http://justice.example/zin"), "une adresse comme"),
        (("add", "justice", "--scope", "messages", "--callback", "justice"), "une adresse comme"),
        (("revoke", "nobody"), "Il n’y a pas de clé valable à ce nom"),
    ],
)
async def test_refused_command_exits_with_2(registry: Registry, zin: Zin, words: tuple[str, ...], message: str) -> None:
    result = await zin(keys, *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert await ApiKeys(registry.database).known() == []
