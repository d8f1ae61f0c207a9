"""A notification leaves once, by a real mail server or the outbox, and waits while that is away."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from accounts.contacts import Contact, Contacts, Way
from database.encryption import Seal
from database.leased_queue import LEASE_SECONDS
from notifications.delivery import LONGEST_PAUSE_SECONDS, NotificationDelivery, Ways
from notifications.discovery import EXPIRE_SECONDS
from notifications.mailer import Mailer
from notifications.notified_tasks import GROUP_SECONDS
from notifications.problems import notification_problems
from notifications.task_kinds import Waiting
from reporting.time_zone import zone
from tests.support.database import Registry
from tests.support.notifications import EMAIL, NIGHT, NUMBER, Office
from tests.support.smtp_server import MailServer

pytestmark = pytest.mark.slow


@pytest.fixture
def office(registry: Registry, mail: MailServer) -> Office:
    made = Office(registry, Mailer(mail.server()))
    made.waiting = {name: [Waiting("menus", "v1")] for name in ("awa", "bio")}
    return made


async def notified(office: Office, *names: str, way: Way = "email") -> None:
    """These operators have a notification that is due."""
    for name in names:
        await office.open(name, way)
    await office.look()
    await office.look(GROUP_SECONDS)
    assert len(await office.rows()) == len(names)


def counted(way: str, outcome: str) -> float:
    return REGISTRY.get_sample_value("zin_notifications_total", {"way": way, "outcome": outcome}) or 0.0


async def test_email_leaves_once(office: Office, mail: MailServer) -> None:
    before = counted("email", "sent")
    await notified(office, "awa")
    assert [await office.delivery().round() for _ in range(3)] == [1, 0, 0]
    assert mail.recipients == [EMAIL]
    assert "- 1 version des menus à approuver\n" in mail.texts[0]
    assert await office.rows() == []
    assert counted("email", "sent") == before + 1
    assert await notification_problems(office.registry.database) == []


async def test_many_processes_send_each_email_once(office: Office, mail: MailServer) -> None:
    await notified(office, "awa", "bio")
    await asyncio.gather(*(office.delivery().round() for _ in range(6)))
    assert mail.recipients == [EMAIL] * 2


async def test_server_that_is_away_loses_nothing(office: Office, mail: MailServer) -> None:
    await notified(office, "awa")
    office.mailer = Mailer(mail.server(port=1))
    assert await office.delivery().round() == 1
    (problem,) = await notification_problems(office.registry.database)
    assert problem.words == "le serveur de courrier ne se laisse pas joindre"
    assert (problem.many, problem.is_over) == (1, False)
    office.mailer = Mailer(mail.server())
    assert await office.delivery().round() == 0  # the pause is not over
    office.clock.now += LONGEST_PAUSE_SECONDS
    assert await office.delivery().round() == 1
    assert (mail.recipients, await office.rows()) == ([EMAIL], [])
    await office.look(60.0)
    assert await office.rows() == []


async def test_tries_end_after_two_days(office: Office, mail: MailServer) -> None:
    await notified(office, "awa")
    office.mailer, tries = Mailer(mail.server(port=1)), 0
    for _ in range(0, EXPIRE_SECONDS + 3600, round(LONGEST_PAUSE_SECONDS)):
        tries += await office.delivery().round()
        office.clock.now += LONGEST_PAUSE_SECONDS
    (row,) = await office.rows()
    assert (row["state"], row["why"]) == ("failed", "unreachable")
    assert 90 < tries < 100
    (problem,) = await notification_problems(office.registry.database)
    assert problem.is_over


async def test_refused_address_is_given_up_at_once(office: Office, mail: MailServer) -> None:
    await notified(office, "awa")
    mail.code = "550 no such user"
    await office.delivery().round()
    office.clock.now += EXPIRE_SECONDS / 2
    assert await office.delivery().round() == 0
    assert [(row["state"], row["why"]) for row in await office.rows()] == [("failed", "address")]


async def test_killed_process_leaves_the_email_to_another(office: Office, mail: MailServer) -> None:
    await notified(office, "awa")
    mail.silence = 30.0
    sending = asyncio.create_task(office.delivery().round())
    await asyncio.sleep(0.3)
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    mail.silence = 0.0
    assert await office.delivery().round() == 0
    office.clock.now += LEASE_SECONDS + 1
    assert await office.delivery().round() == 1
    assert mail.recipients == [EMAIL]


async def test_without_a_mail_server_it_says_so(office: Office) -> None:
    await notified(office, "awa")
    office.mailer = None
    await office.delivery().round()
    (problem,) = await notification_problems(office.registry.database)
    assert problem.words == "aucun serveur de courrier n’est réglé"


async def test_sms_goes_to_the_outbox_once(office: Office) -> None:
    await notified(office, "awa", way="sms")
    await asyncio.gather(*(office.delivery().round() for _ in range(3)))
    assert [text.partition(".")[0] for text in await office.texts()] == ["Zin : 1 version des menus à approuver"]
    (claimed,) = await office.outbox.claim("sms", 10)
    assert (claimed.message.address, claimed.message.is_awaited) == (NUMBER, False)


async def test_sms_of_the_night_leaves_in_the_morning(office: Office) -> None:
    night = datetime.now(zone()).replace(hour=23, minute=0) + timedelta(days=1)
    office.clock.now = night.timestamp() - GROUP_SECONDS
    await notified(office, "awa", way="sms")
    assert [await office.delivery(NIGHT).round() for _ in range(2)] == [1, 0]
    assert await office.texts() == []
    office.clock.now = (night + timedelta(hours=8, minutes=1)).timestamp()
    await office.delivery(NIGHT).round()
    assert len(await office.texts()) == 1


async def test_email_leaves_at_night(office: Office, mail: MailServer) -> None:
    office.clock.now = datetime.now(zone()).replace(hour=23, minute=0).timestamp()
    await notified(office, "awa")
    await office.delivery(NIGHT).round()
    assert mail.recipients == [EMAIL]


async def test_who_wants_none_any_more_gets_none(office: Office, mail: MailServer) -> None:
    await notified(office, "awa")
    await office.contacts.change("awa", None)
    assert await office.delivery().round() == 0
    assert (mail.taken, await office.rows()) == ([], [])


async def test_new_choice_holds_for_what_waits(office: Office, mail: MailServer) -> None:
    await notified(office, "awa")
    await office.contacts.change("awa", Contact("sms", EMAIL, NUMBER))
    await office.delivery().round()
    assert (mail.taken, len(await office.texts())) == ([], 1)


async def test_contact_of_another_key_is_held_back(office: Office, mail: MailServer) -> None:
    await notified(office, "awa")
    contacts = Contacts(office.registry.database, Seal("another secret of the tests"))
    ways = Ways(office.mailer, office.outbox, None)
    await NotificationDelivery(office.registry.database, contacts, ways, office.clock).round()
    assert [row["why"] for row in await office.rows()] == ["unreadable"]
    assert mail.taken == []
