"""Keys of ministries: shown once, stored hashed, never changed, revoked for good."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from accounts.audit import Audit
from accounts.refusals import MARK
from api.key_format import KEY, KeyText, new_key, read_key
from api.keys import ApiKeys, KeyRefused, NewKey, Revoked
from database import tables
from tests.support.audit_entries import done
from tests.support.database import Registry

JUSTICE = NewKey("justice", "live", ("messages",), requests_per_minute=30, parts_per_day=500)


def test_keys_have_their_form_and_differ() -> None:
    made = [new_key(mode) for mode in ("live", "test") for _ in range(50)]
    assert all(KEY.fullmatch(one.text) for one in made)
    assert len({one.text for one in made}) == len({one.id for one in made}) == 100
    assert [read_key(one.text) for one in made] == made


def test_secret_of_a_key_is_in_no_representation() -> None:
    made = new_key("live")
    secret = made.text.rpartition(made.id)[2][1:]
    assert len(secret) == 43
    assert secret not in repr(made)
    assert secret not in made.digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zin_live_",
        "zin_live_" + "a" * 12 + "_" + "x" * 42,
        "zin_live_" + "a" * 12 + "_" + "x" * 44,
        "zin_prod_" + "a" * 12 + "_" + "x" * 43,
        "zin_live_" + "A" * 12 + "_" + "x" * 43,
        "zin_live_" + "a" * 12 + "_" + "é" * 43,
        " zin_live_" + "a" * 12 + "_" + "x" * 43,
        "zin_live_" + "a" * 12 + "_" + "x" * 43 + "\n",
    ],
)
def test_other_texts_are_no_keys(text: str) -> None:
    assert read_key(text) is None


async def test_key_is_found_by_its_whole_text_only(registry: Registry) -> None:
    keys = ApiKeys(registry.database)
    made = await keys.add(JUSTICE, "console:test")
    found = await keys.find(made)
    assert found
    assert (found.ministry, found.mode, found.scopes) == ("justice", "live", ("messages",))
    assert (found.requests_per_minute, found.parts_per_day, found.revoked_at) == (30, 500, None)
    other = "A" if made.text[-1] != "A" else "B"
    assert await keys.find(KeyText(made.id, "live", made.text[:-1] + other)) is None
    assert await keys.find(KeyText(made.id, "test", made.text.replace("live", "test"))) is None
    assert await keys.find(new_key("live")) is None


async def test_no_column_holds_the_secret(registry: Registry) -> None:
    made = await ApiKeys(registry.database).add(JUSTICE, "console:test")
    secret = made.text.rpartition(made.id)[2][1:]
    for table in (tables.api_keys, tables.audit):
        rows = await registry.database.rows(select(table))
        assert rows
        assert secret not in str(rows)


async def test_revoked_key_stays_with_its_ministry(registry: Registry) -> None:
    keys = ApiKeys(registry.database, lambda: 1000.0)
    made = await keys.add(JUSTICE, "awa")
    assert await keys.revoke(made.id, "bio") == Revoked("justice")
    assert [(one.id, one.revoked_at) for one in await keys.known()] == [(made.id, 1000)]
    with pytest.raises(KeyRefused, match="clé valable"):
        await keys.revoke(made.id, "bio")
    entries = [(one.operator, one.action, one.subject) for one in await done(registry.database)]
    assert entries == [("awa", "keys add", f"justice {made.id}"), ("bio", "keys revoke", f"justice {made.id}")]


@pytest.mark.parametrize("ministry", ["", "J", "Justice", "la justice", "j" * 41, "é" * 3, "1er"])
async def test_impossible_name_of_a_ministry_is_refused(registry: Registry, ministry: str) -> None:
    keys = ApiKeys(registry.database)
    with pytest.raises(KeyRefused, match="2 à 40 lettres minuscules"):
        await keys.add(NewKey(ministry, "live", ("messages",)), "awa")
    assert await keys.known() == []


async def test_key_pasted_for_its_name_is_repeated_nowhere(registry: Registry) -> None:
    keys = ApiKeys(registry.database)
    made = await keys.add(JUSTICE, "awa")
    with pytest.raises(KeyRefused) as refused:
        await keys.revoke(made.text, "awa")
    (entry,) = [one for one in await Audit(registry.database).last(9) if one.action.startswith(MARK)]
    assert entry.subject == "?"
    assert not re.search(re.escape(made.text[20:]), f"{refused.value} {entry}")
