"""The tables of exam results, from a draft to its publication."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text

from database.tables.metadata import index_sample, metadata, sample_column

exam_sessions = Table(
    "exam_sessions",
    metadata,
    Column("code", String(40), primary_key=True),  # bac-2026
    Column("exam", String(40), nullable=False),  # file name in menus/exams
    Column("year", SmallInteger, nullable=False),
    Column("session", String(40), nullable=False),  # empty for the ordinary session, else e.g. remplacement
    Column("closed_at", BigInteger),  # Unix seconds; null: citizens can choose it after its first publication
    sample_column(),
    sqlite_with_rowid=False,
)
index_sample(exam_sessions)

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
    # from 1, in the order of the operators' actions
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("deed", BigInteger, nullable=False),  # the lowest number published by the same action; 0: no action
    Column("session", ForeignKey("exam_sessions.code", ondelete="CASCADE"), nullable=False),
    Column("department", String(40), nullable=False),  # empty: all seats of no other department, or in no list
    Column("result_set", ForeignKey("result_sets.id", ondelete="CASCADE"), nullable=False),
    Column("publish_at", BigInteger),  # Unix seconds, as all below; null: no hour yet
    Column("replaces", String(50), nullable=False),  # the previous set of these seats; empty: none
    # reason of the replacement, for citizens with a changed result; else empty
    Column("why", String(160), nullable=False),
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

# The seats of a draft that one approver must read from the paper list, drawn once, and the number of failed tries.
approval_draws = Table(
    "approval_draws",
    metadata,
    Column("result_set", ForeignKey("result_sets.id", ondelete="CASCADE"), primary_key=True),
    Column("approver", String(40), primary_key=True),
    Column("seats", Text, nullable=False),  # JSON
    Column("tries", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)
