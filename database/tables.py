"""The tables: the data of the ministries that the answers to citizens need, and the state of Zin.

No personal names are stored, and of a phone number only the four digits that prove a request. Keys are what citizens
type, normalized (catalog/normalize.py). database/migrations creates these tables step by step; a test checks that both
give the same result. Rows marked sample are made up: production refuses to start with them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

metadata = MetaData()
WAITING = "state IN ('queued', 'sending')"  # of a message: no gateway has accepted it yet


def _sample() -> Column[Any]:
    return Column("sample", Boolean, nullable=False)


requests = Table(
    "requests",
    metadata,
    Column("reference", String(32), primary_key=True),
    Column("service", String(60), nullable=False),
    Column("status", String(40), nullable=False),  # file name in menus/statuses
    Column("updated", Date, nullable=False),
    Column("note", String(160), nullable=False),  # a remark of the administration for the citizen; may be empty
    Column("phone_tail", String(4), nullable=False),  # last four digits of the citizen's phone; empty if unknown
    Column("birth_date", Date),
    _sample(),
    sqlite_with_rowid=False,
)

exam_sessions = Table(
    "exam_sessions",
    metadata,
    Column("code", String(40), primary_key=True),  # bac-2026
    Column("exam", String(40), nullable=False),  # file name in menus/exams
    Column("year", SmallInteger, nullable=False),
    Column("session", String(40), nullable=False),  # empty for the ordinary session, else e.g. remplacement
    Column("closed_at", BigInteger),  # Unix seconds; null: citizens can choose it after its first publication
    _sample(),
    sqlite_with_rowid=False,
)

# One imported file of results, from draft to publication: results/publishing.py.
result_sets = Table(
    "result_sets",
    metadata,
    Column("id", String(50), primary_key=True),  # bac-2026.1: the session and a number from 1
    Column("session", ForeignKey("exam_sessions.code", ondelete="CASCADE"), nullable=False),
    Column("sha256", String(64), nullable=False),  # of the file
    Column("rows", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # draft, approved or discarded
    Column("imported_by", String(40), nullable=False),
    Column("imported_at", BigInteger, nullable=False),  # Unix seconds, as all below
    Column("approved_by", String(40), nullable=False),  # empty before
    Column("approved_at", BigInteger),
    Column("report", Text, nullable=False),  # the report of the import, JSON
    Index("result_sets_session", "session"),
    sqlite_with_rowid=False,
)

exam_results = Table(
    "exam_results",
    metadata,
    Column("result_set", ForeignKey("result_sets.id", ondelete="CASCADE"), primary_key=True),
    Column("seat", String(32), primary_key=True),
    Column("verdict", String(20), nullable=False),  # one of the verdicts of the exam's file
    Column("mention", String(20), nullable=False),
    Column("series", String(20), nullable=False),
    Column("centre", String(60), nullable=False),
    Column("department", String(40), nullable=False),  # empty if the file has none
    sqlite_with_rowid=False,
)

# The set that answers for the seats of one department, one row for each decision: results/succession.py.
publications = Table(
    "publications",
    metadata,
    Column(
        "number", BigInteger, primary_key=True, autoincrement=False
    ),  # from 1, in the order of the operators' actions
    Column("deed", BigInteger, nullable=False),  # the lowest number published by the same action; 0: no action
    Column("session", ForeignKey("exam_sessions.code", ondelete="CASCADE"), nullable=False),
    Column("department", String(40), nullable=False),  # empty: all seats of no other department, or in no list
    Column("result_set", ForeignKey("result_sets.id", ondelete="CASCADE"), nullable=False),
    Column("publish_at", BigInteger),  # Unix seconds, as all below; null: no hour yet
    Column("replaces", String(50), nullable=False),  # the previous set of these seats; empty: none
    Column(
        "why", String(160), nullable=False
    ),  # reason of the replacement, for citizens with a changed result; else empty
    Column("told_at", BigInteger),  # when a process first saw that its hour had come; null: not yet
    Column("withdrawn_at", BigInteger),  # null: not withdrawn
    Column("ended_at", BigInteger),  # when a later one replaced it; null: it is the last for its seats
    Column("announced_at", BigInteger),  # null: subscribers have not been notified yet
    Index("publications_session", "session"),
    sqlite_with_rowid=False,
)

# The seats whose result differs between a publication and the set that it replaces.
publication_changes = Table(
    "publication_changes",
    metadata,
    Column("publication", ForeignKey("publications.number", ondelete="CASCADE"), primary_key=True),
    Column("seat", String(32), primary_key=True),
    sqlite_with_rowid=False,
)

communes = Table(
    "communes",
    metadata,
    Column("commune", String(40), primary_key=True),
    Column("department", String(40), nullable=False),
    Column("centre", Boolean, nullable=False),  # whether a centre is known; false does not prove that there is none
    Column("opened", Date),
    sqlite_with_rowid=False,
)

careers = Table(
    "careers",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("birth_date", Date, nullable=False),
    Column("kind", String(10), nullable=False),  # career or pension
    Column("step", String(60), nullable=False),
    Column("updated", Date, nullable=False),
    Column("note", String(160), nullable=False),  # what the agent should do now
    _sample(),
    sqlite_with_rowid=False,
)

preferences = Table(
    "preferences",
    metadata,
    Column("citizen", String(32), primary_key=True),  # a keyed hash of the phone number
    Column("language", String(16), nullable=False),
    Column("call", String(128), nullable=False),  # keyed, where that call began with the choice; else empty
    Column("chosen_at", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String(80), primary_key=True),  # a second row with the same key is not stored
    Column("gateway", String(20), nullable=False),
    Column("address", Text, nullable=False),  # sealed: database/encryption.py
    Column("text", Text, nullable=False),
    Column("card", Text, nullable=False, server_default=""),  # the same for a gateway with buttons, as JSON; or empty
    Column("topic", String(80), nullable=False, server_default=""),  # what its news are about, if it is news; or empty
    Column("basis", BigInteger, nullable=False, server_default="0"),  # number of the publication it stands on; 0: none
    Column("heard_at", BigInteger, nullable=False, server_default="0"),  # Unix seconds: when the citizen last wrote
    Column("waited_for", Boolean, nullable=False),  # somebody waits for it now: it goes before the others
    Column("state", String(10), nullable=False),  # queued, sending, sent, delivered, failed, expired or cancelled
    Column("tries", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # Unix milliseconds: when it may be taken, or taken again
    Column("expires_at", BigInteger, nullable=False),  # Unix milliseconds, as all below: it is not sent any more then
    Column("posted_at", BigInteger, nullable=False),
    Column("handed_at", BigInteger),  # of what stands on a publication: when a process gave it to the gateway
    Column("sent_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("reference", String(80), nullable=False),  # the gateway's name for it, keyed; empty before it was sent
    Column("why", String(80), nullable=False),  # why the last try failed, in a word; never what is in the message
    Index("outbox_reference", "reference"),
    sqlite_with_rowid=False,
)

# In the order of claims: without it, each claim sorts all waiting messages, 100 000 on results day.
Index(
    "outbox_waiting",
    outbox.c.waited_for.desc(),
    outbox.c.due_at,
    outbox.c.key,
    sqlite_where=text(WAITING),
    postgresql_where=text(WAITING),
)

early_reports = Table(
    "early_reports",
    metadata,
    Column("gateway", String(20), primary_key=True),
    Column("reference", String(80), primary_key=True),
    Column("state", String(10), nullable=False),  # delivered or failed
    Column("why", String(80), nullable=False),
    Column("reported_at", BigInteger, nullable=False),  # Unix milliseconds
    sqlite_with_rowid=False,
)

# Deferred answers: an answer that was not available at once, news of each change, or the answer to a message.
promises = Table(
    "promises",
    metadata,
    Column("key", String(80), primary_key=True),  # a second row with the same key is not stored
    Column("kind", String(10), nullable=False),  # answer, changes or message
    Column("citizen", String(32), nullable=False),  # a keyed hash of the address
    Column("sealed", Text, nullable=False),  # encrypted content: database/encryption.py
    Column("topic", String(80), nullable=False, server_default=""),  # of changes: what the news are about; or empty
    Column(
        "seen", String(32), nullable=False
    ),  # of changes: a digest of the last facts sent to the citizen; else empty
    Column("tries", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # Unix milliseconds, as below: when it may be taken, or taken again
    Column("expires_at", BigInteger, nullable=False),
    Index("promises_due", "due_at", "key"),  # in the order of claims
    Index("promises_citizen", "citizen"),
    Index("promises_topic", "topic"),
    sqlite_with_rowid=False,
)

# Citizens who opted out of messages that they did not ask for; permanent.
opted_out = Table(
    "opted_out",
    metadata,
    Column("citizen", String(32), primary_key=True),  # a keyed hash of the address
    Column("since", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)

# Fingerprints of the secrets of the stored data: a start with others is refused (database/secret_fingerprints.py).
fingerprints = Table(
    "fingerprints",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("value", String(32), nullable=False),  # a digest that does not reveal the secret
    Column("since", BigInteger, nullable=False),  # Unix seconds
    sqlite_with_rowid=False,
)

# The accounts of operators; the audit below records their actions.
operators = Table(
    "operators",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("role", String(10), nullable=False),  # importer, approver or viewer
    Column("password", Text, nullable=False),  # argon2id
    Column("created_at", BigInteger, nullable=False),  # Unix seconds
    Column("closed_at", BigInteger),  # Unix seconds; null: the account is open
    sqlite_with_rowid=False,
)

audit = Table(
    "audit",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),  # from 1, without a gap
    Column("at", BigInteger, nullable=False),  # Unix milliseconds
    Column("operator", String(40), nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("details", Text, nullable=False),  # JSON
    Column("hash", String(64), nullable=False),  # of this entry and the one before it
    Index("audit_operator", "operator", "action", "at"),
    sqlite_with_rowid=False,
)

HOLDING_SAMPLE = (requests, exam_sessions, careers)

# Partial indexes, nearly empty in production, to find sample rows without reading the table.
for _table in HOLDING_SAMPLE:
    Index(
        f"{_table.name}_sample",
        _table.c.sample,
        sqlite_where=_table.c.sample.is_(True),
        postgresql_where=_table.c.sample.is_(True),
    )
