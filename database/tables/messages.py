"""The tables of messages to and from citizens: the outbox, deferred answers, parts of long messages and pauses."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, SmallInteger, String, Table, Text, text

from database.tables.metadata import metadata

WAITING = "state IN ('queued', 'sending')"  # of a message: no gateway has accepted it yet
ROUTED = f"{WAITING} AND network IS NOT NULL"  # where a table of routes chooses the gateway

HAS_NUMBER = "address_digest IS NOT NULL"

outbox = Table(
    "outbox",
    metadata,
    Column("key", String(80), primary_key=True),  # a second row with the same key is not stored
    Column("gateway", String(20), nullable=False),
    Column("address", Text, nullable=False),  # sealed: database/encryption.py
    # a keyed digest of the phone number, to find what was sent to it; null where the address is no number
    Column("address_digest", String(32)),
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
    Column("request_id", String(64)),  # of the request that it answers (logs/request_id.py); null: of none
    Column("network", String(80)),  # of its number, with a table of routes; empty: not looked up yet; null: no table
    Column("route", String(40)),  # the gateway that it left by or was last given to, with a table of routes
    Index("outbox_reference", "reference"),
    Index(
        "outbox_address_digest",
        "address_digest",
        "posted_at",
        sqlite_where=text(HAS_NUMBER),
        postgresql_where=text(HAS_NUMBER),
    ),
    sqlite_with_rowid=False,
)

# In the order of claims: without it, each claim sorts all waiting messages, 100 000 on results day.
Index(
    "outbox_waiting",
    outbox.c.gateway,
    outbox.c.waited_for.desc(),
    outbox.c.due_at,
    outbox.c.key,
    sqlite_where=text(WAITING),
    postgresql_where=text(WAITING),
)

# The same, for the claims of routes: each claims the messages of one network.
Index(
    "outbox_networks",
    outbox.c.gateway,
    outbox.c.network,
    outbox.c.waited_for.desc(),
    outbox.c.due_at,
    outbox.c.key,
    sqlite_where=text(ROUTED),
    postgresql_where=text(ROUTED),
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
    # of changes: a digest of the last facts sent to the citizen; else empty
    Column("seen", String(32), nullable=False),
    Column("tries", SmallInteger, nullable=False),
    Column("due_at", BigInteger, nullable=False),  # Unix milliseconds, as below: when it may be taken, or taken again
    Column("expires_at", BigInteger, nullable=False),
    Column("request_id", String(64)),  # of the request that it answers (logs/request_id.py); null: of none
    Index("promises_due", "due_at", "key"),  # in the order of claims
    Index("promises_citizen", "citizen"),
    Index("promises_topic", "topic"),
    sqlite_with_rowid=False,
)

# Parts of incoming long messages that wait for the others (channels/smpp/stored_parts.py).
message_parts = Table(
    "message_parts",
    metadata,
    Column("key", String(80), primary_key=True),  # that of the message, and the place of the part
    Column("message", String(40), nullable=False),  # a keyed hash of what its parts have in common
    Column("gateway", String(40), nullable=False),
    Column("citizen", String(40), nullable=False),  # a keyed hash of the number
    Column("sealed", Text, nullable=False),  # the part as it came, encrypted: database/encryption.py
    Column("until", BigInteger, nullable=False),  # Unix milliseconds: then the message is answered as it is
    Index("message_parts_message", "message"),
    Index("message_parts_until", "gateway", "until"),
    sqlite_with_rowid=False,
)

# Paused gateways and topics.
paused = Table(
    "paused",
    metadata,
    Column("kind", String(10), primary_key=True),  # gateway or topic
    Column("name", String(80), primary_key=True),
    Column("paused_by", String(40), nullable=False),
    Column("paused_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# What processes know of the gateways of the table of routes (channels/routing/gateway_states.py).
gateway_states = Table(
    "gateway_states",
    metadata,
    Column("name", String(40), primary_key=True),  # of the gateway's file
    Column("seen_at", BigInteger, nullable=False),  # Unix milliseconds, as below: a process could send by it
    Column("open_until", BigInteger, nullable=False),  # its circuit breaker is open; 0: closed
    Column("why", String(80), nullable=False),  # of its last failure, in a word
    Column("balance", String(40), nullable=False),  # as the gateway writes it; empty: unknown
    Column("balance_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
