"""Where an account is notified: stored encrypted, changed by its person, in the audit without the address."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from accounts.accounts import Accounts
from accounts.administration import Administration
from accounts.audit import Audit
from accounts.contacts import Contact, Contacts
from accounts.refusals import MARK, AccountRefused
from authoring.replay.fakes import FakeClock
from database import tables
from database.encryption import Seal
from database.key_rotation import rotate
from state.errors import ZinError
from tests.support.account_rows import BY, GOOD, audited
from tests.support.database import Registry

EMAIL, NUMBER = "awa@exemple.bj", "+2290190000001"
AWA = Contact("email", EMAIL, NUMBER)


@pytest.fixture
async def contacts(registry: Registry, accounts: Accounts, clock: FakeClock) -> Contacts:
    await accounts.add("awa", "approver", GOOD, BY)
    return Contacts(registry.database, Seal("a secret of the tests"), clock)


async def test_contact_is_stored_encrypted(registry: Registry, contacts: Contacts) -> None:
    assert await contacts.find("awa") is None
    await contacts.change("awa", AWA)
    assert await contacts.find("awa") == AWA
    stored = str(await registry.database.rows(select(tables.contacts)))
    assert EMAIL not in stored
    assert NUMBER[1:] not in stored
    assert (EMAIL in repr(AWA), NUMBER in repr(AWA)) == (False, False)


async def test_audit_has_the_way_and_no_address(registry: Registry, contacts: Contacts) -> None:
    for contact in (AWA, Contact("sms", "", NUMBER), None):
        await contacts.change("awa", contact)
    changes = [details for by, action, subject, details in await audited(registry) if action == "operators contact"]
    assert changes == [
        {"before": "aucun", "after": "e-mail"},
        {"before": "e-mail", "after": "SMS"},
        {"before": "SMS", "after": "aucun"},
    ]
    assert await contacts.find("awa") is None


@pytest.mark.parametrize(
    "wrong",
    [
        Contact("email"),
        Contact("sms", EMAIL),
        *(
            Contact("email", text)
            for text in ("awa", "awa@", "@exemple.bj", "awa@exemple", "awa@exemple.bj\nBcc: x@y.z")
        ),
        *(Contact("email", text) for text in ("a wa@exemple.bj", "Awa <awa@exemple.bj>", "é@exemple.bj", "a@b..bj")),
        Contact("email", f"{'a' * 60}@{'b' * 63}.{'c' * 63}.{'d' * 63}.{'e' * 30}.bj"),
    ],
)
async def test_impossible_contact_is_refused(registry: Registry, contacts: Contacts, wrong: Contact) -> None:
    with pytest.raises(AccountRefused):
        await contacts.change("awa", wrong)
    assert await contacts.find("awa") is None
    assert (await Audit(registry.database).last(1))[0].action == f"{MARK}operators contact"


async def test_contact_ends_with_its_account(contacts: Contacts, administration: Administration) -> None:
    await contacts.change("awa", AWA)
    await administration.close("ada", "awa")
    assert await contacts.find("awa") is None


async def test_contact_survives_another_key(registry: Registry, contacts: Contacts) -> None:
    await contacts.change("awa", AWA)
    both = Seal("another secret of the tests", "a secret of the tests")
    assert (await rotate(registry.database, both, lambda _, __: None)).resealed == 1
    assert await Contacts(registry.database, Seal("another secret of the tests")).find("awa") == AWA
    with pytest.raises(ZinError):
        await contacts.find("awa")
