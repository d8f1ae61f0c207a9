"""How approved results become public: an hour, and one switch.

    approved (results/approval.py) -> published at its hour -> withdrawn, or replaced by a later set of the same session

Only an approved set can be given an hour, for the whole session or for one department; before that hour it is as if it
were not there. A set that replaces another says why, and the rows that differ carry it. Each deed and its entry in the
audit are one transaction.
"""

from __future__ import annotations

from typing import Final

from operators.accounts import Operator
from registry.database import Writer
from results import statements as sql
from results.approval import Approval, NotAllowed, require_role
from results.herald import TOPIC

LONGEST_WHY: Final = 160  # characters
AFRESH: Final = {"withdrawn_at": None, "announced_at": None}


class Publishing(Approval):
    """The deeds of publication, beside those of approval, over one registry.

    Each raises NotAllowed for what the rules forbid, and SourceUnavailable; then nothing was changed.
    """

    async def publish(self, by: Operator, named: str, at: float, department: str = "", why: str = "") -> None:
        """Have an approved set told from this hour on; why is needed when it replaces another."""
        require_role(by, "approver")
        async with self._database.alone() as writer:
            found = await self._find_set(writer, named)
            if found["state"] != "approved":
                raise NotAllowed(f"{named} n'est pas approuvé : une seconde personne doit d'abord l'approuver.")
            await self._refuse_sample(writer, found["session"])
            if department and not await writer.rows(sql.SOMEBODY, named=named, where=department):
                raise NotAllowed(f"Personne dans {named} n'est du département « {department} » : vérifiez le nom.")
            published = await writer.rows(sql.PUBLISHED, of=found["session"], where=department)
            if before := next((row["result_set"] for row in published if row["result_set"] != named), ""):
                await self._replace(writer, before, named, why)
            told = {"session": found["session"], "department": department, "result_set": named}
            hour = max(int(at), int(self._clock()))
            await writer.rows(sql.PUBLISH[self._database.dialect], **told, publish_at=hour, **AFRESH)
            said = {"at": str(hour), "department": department, "why": why}
            await self._keep(writer, by, "results publish", named, **said)

    async def withdraw(self, by: Operator, session: str, department: str, why: str) -> str:
        """Tell nothing of a session, or of one department, any more, and announce it to nobody else.

        Gives the set that was told.
        """
        require_role(by, "approver")
        _reason(why, "Dites pourquoi les résultats sont retirés.")
        async with self._database.alone() as writer:
            gone = await writer.rows(sql.WITHDRAW, of=session, where=department, now=int(self._clock()))
            if not gone:
                raise NotAllowed(f"Rien n'est publié pour {session}{f', {department}' if department else ''}.")
            named = str(gone[-1]["result_set"])
            await writer.rows(sql.CANCEL, about=f"{TOPIC}:{session}", now=round(self._clock() * 1000))
            await self._keep(writer, by, "results withdraw", named, department=department, why=why)
        return named

    async def _replace(self, writer: Writer, before: str, named: str, why: str) -> None:
        _reason(why, "Ces résultats en remplacent d'autres : dites pourquoi, les personnes concernées le liront.")
        await writer.rows(sql.TELL_WHY, before=before, named=named, because=why.strip())


def _reason(why: str, missing: str) -> None:
    if not why.strip():
        raise NotAllowed(missing)
    if len(why.strip()) > LONGEST_WHY:
        raise NotAllowed(f"La raison a {len(why.strip())} signes : {LONGEST_WHY} au plus.")
