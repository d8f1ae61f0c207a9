"""Records a call of the simulator as a journey, so that it is replayed whenever the menus change.

The inputs are typed again on a new phone, so that the file contains what the phone shows, and not what the page claims.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_hex
from typing import Final

from accounts.audit import Audit, AuditEvent
from accounts.refusals import Refused, attempt
from admin.simulator.operator_ports import SandboxUser
from admin.simulator.sandbox import Sandbox
from admin.simulator.sandbox_store import SandboxStore
from database.interface import Database
from state.conversation.conversation import Conversation
from state.conversation.deferred_answers import DeferredRequest, RequestResult
from state.country import country
from state.interfaces import Inbound, Recipient, Reply
from state.preferences import Preference
from state.transcript import DIALS, Turn, shown, written

CHANNEL: Final = "africastalking_ussd"
FIRST_CALL: Final = "premier appel"  # of who did not choose a language yet: tests/journeys/test_journeys.py
MAX_STEPS, MAX_STEP_CHARACTERS, MAX_TITLE_CHARACTERS = 60, 160, 100


class NotRecorded(Refused):
    """A call is not recorded. The text is French, for the operator."""


@dataclass(frozen=True, slots=True)
class RecordingRequest:
    """A call to record: its title, the caller's language, "" if none is chosen, and the inputs.

    steps begin with « (appel) » and the inputs that follow the service code.
    """

    title: str
    language: str
    steps: Sequence[str]


@dataclass(slots=True)
class _Noted:
    """Collects outgoing messages until they are taken."""

    words: list[str] = field(default_factory=list)

    async def send(self, key: str, to: Recipient, words: str, basis: int = 0) -> RequestResult:
        """Collect the message."""
        self.words.append(words)
        return "kept"

    async def promise(self, promise: DeferredRequest) -> RequestResult:
        """Accept a deferred answer and drop it."""
        return "kept"

    async def stop(self, who: Recipient) -> None:
        """Do nothing: no message is sent here."""

    async def resume(self, who: Recipient) -> bool:
        """Return False: no message is refused here."""
        return False

    def taken(self) -> list[str]:
        """Return the collected messages and forget them."""
        words, self.words = self.words, []
        return words


@dataclass(slots=True)
class _Chose:
    """Preferences of the only caller."""

    last: Preference

    async def of(self, citizen: str) -> Preference:
        """Return the last preference."""
        return self.last

    def keep(self, citizen: str, preference: Preference) -> None:
        """Replace the preference."""
        self.last = preference

    async def close(self) -> None:
        """Do nothing: the preference ends with the recording."""


async def record(line: Sandbox, wish: RecordingRequest, by: str, database: Database) -> Path:
    """Record the call and write the audit entry; return the file. Raises NotRecorded.

    Personal questions are answered with samples, even if this operator sees real files in the simulator.
    """
    audit = Audit(database)
    async with attempt(audit, by, "journeys record", wish.title):
        path = line.settings.journeys / f"{_name(wish.title)}.txt"
        steps = list(_steps(line, wish))
        transcript = written(" ".join(wish.title.split()), await _called(line, wish, steps, SandboxUser(by)))
        async with database.exclusive_transaction() as writer:
            await audit.add_within(writer, AuditEvent(by, "journeys record", path.name))
            try:
                with path.open("x", encoding="utf-8") as file:
                    file.write(transcript)
            except FileExistsError:
                raise NotRecorded(f"Un parcours s'appelle déjà {path.name} : choisissez un autre nom.") from None
            except OSError as error:
                why = error.strerror or "erreur"
                raise NotRecorded(f"Le fichier {path.name} ne peut pas être écrit ({why}).") from None
    return path


def _name(title: str) -> str:
    """Return a file name made from a title."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60]
    if not name or len(title) > MAX_TITLE_CHARACTERS:
        raise NotRecorded(f"Donnez au parcours un nom de 1 à {MAX_TITLE_CHARACTERS} signes, avec des lettres.")
    return name


def _steps(line: Sandbox, wish: RecordingRequest) -> Iterator[str]:
    """Yield the inputs on the new phone: a language other than French is chosen first, as in the replay."""
    steps = wish.steps
    if not steps or not steps[0].startswith(DIALS) or len(steps) > MAX_STEPS:
        raise NotRecorded(f"Un parcours commence par un appel et compte au plus {MAX_STEPS} touches.")
    if any(len(step) > MAX_STEP_CHARACTERS or not step.isprintable() for step in steps):
        raise NotRecorded("Une réponse tapée a un signe qui ne s'écrit pas, ou trop de signes.")
    if wish.language in ("", "fr"):
        yield from steps
        return
    offered = list(line.menus.current.offered)
    if wish.language not in offered:
        raise NotRecorded("Cette langue n'est pas proposée par ces menus.")
    yield DIALS
    yield str(offered.index(wish.language) + 1)
    dialled = steps[0].removeprefix(DIALS).strip()
    yield from dialled.split("*") if dialled else ()
    yield from steps[1:]


async def _called(line: Sandbox, wish: RecordingRequest, steps: Sequence[str], trier: SandboxUser) -> list[Turn]:
    post, chosen = _Noted(), _Chose(Preference("fr" if wish.language == "fr" else ""))
    store = SandboxStore(line.store, f"{token_hex(8)}:")
    outside = replace(line.ports_for(trier), store=store, preferences=chosen, post=post)
    talk = Conversation(line.menus, outside, line.settings)
    turns = [] if wish.language == "fr" else [Turn(FIRST_CALL, happens=True)]
    call, text = "", ""
    for step in steps:
        if step.startswith(DIALS):
            call, text = token_hex(8), step.removeprefix(DIALS).strip()
        else:
            text = f"{text}*{step}" if text else step
        reply = await talk.handle(
            Inbound(CHANNEL, country().trial_number, call, text, inputs_are_cumulative=True), line.screen_sizes[CHANNEL]
        )
        _refuse(line, reply)
        turns.append(Turn(step, "\n".join((shown(reply), *(f"-- message :\n{words}" for words in post.taken())))))
    return turns


def _refuse(line: Sandbox, reply: Reply) -> None:
    """Raise NotRecorded if the screen shows data of a real person."""
    if not line.settings.has_sample_data and reply.screen in line.menus.current.private:
        raise NotRecorded("Un écran de cet appel montre des données d'une personne : il ne s'enregistre pas.")
