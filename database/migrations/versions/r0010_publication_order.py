"""Publications in the order of the operators' actions, one for each department, with a reason and the changed seats.

The order comes from the audit. Publications that are not in it come first, in the order of their hours. A publication
that a later one covers is ended. One with a later hour never takes effect; the others took effect at their hours.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context, op

revision = "0010"
down_revision = "0009"

NOW = {"sqlite": "CAST(strftime('%s', 'now') AS INTEGER)", "postgresql": "CAST(extract(epoch FROM now()) AS BIGINT)"}

# Details are JSON without spaces, its keys in order (accounts/audit.py). `replace` finds a text without wildcards.
# A withdrawal came after the publication that it withdrew, and after what was published between the two.
ORDERED = """
CREATE TABLE ordered_publications AS
SELECT p.session, p.department, p.result_set, p.publish_at, p.withdrawn_at, p.announced_at,
    row_number() OVER (ORDER BY coalesce(a.number, 0), p.publish_at, p.result_set, p.department) AS place
FROM publications p LEFT JOIN (
    SELECT p.session, p.department, p.result_set, max(audit.number) AS number
    FROM publications p JOIN audit ON
        (audit.action = 'results publish' AND audit.subject = p.result_set AND (
            (p.department = '' AND replace(audit.details, '"department":', '') = audit.details)
            OR (p.department <> '' AND
                replace(audit.details, '"department":"' || p.department || '"', '') <> audit.details)))
        OR (p.withdrawn_at IS NOT NULL AND audit.action = 'results withdraw'
            AND audit.subject IN (SELECT id FROM result_sets WHERE result_sets.session = p.session)
            AND (replace(audit.details, '"department":', '') = audit.details
                OR (p.department <> '' AND
                    replace(audit.details, '"department":"' || p.department || '"', '') <> audit.details)))
    GROUP BY p.session, p.department, p.result_set
) a ON a.session = p.session AND a.department = p.department AND a.result_set = p.result_set
"""
# A set published for all seats gets a publication for each of its departments, and one for the other seats.
PARTS = """
CREATE TABLE publication_parts AS
SELECT o.*, o.department AS part FROM ordered_publications o
UNION ALL
SELECT o.*, r.department AS part FROM ordered_publications o JOIN (
    SELECT DISTINCT result_set, department FROM exam_results
    WHERE department <> '' AND result_set IN (SELECT result_set FROM ordered_publications)
) r ON r.result_set = o.result_set WHERE o.department = ''
"""
PUBLICATIONS = """
INSERT INTO new_publications
SELECT number, min(number) OVER (PARTITION BY place), session, part, result_set, publish_at,
    CASE WHEN why = '' THEN '' ELSE previous END, why,
    CASE WHEN publish_at <= coalesce(withdrawn_at, {now}) THEN publish_at END, withdrawn_at,
    CASE WHEN later THEN {now} END, announced_at
FROM (
    SELECT p.*, row_number() OVER (ORDER BY place, part) AS number,
        coalesce((SELECT max(r.why) FROM exam_results r WHERE r.result_set = p.result_set), '') AS why,
        coalesce((SELECT o.result_set FROM ordered_publications o WHERE o.session = p.session AND o.place < p.place
            AND o.result_set <> p.result_set AND (o.department = '' OR o.department = p.part)
            ORDER BY o.place DESC LIMIT 1), '') AS previous,
        EXISTS (SELECT 1 FROM ordered_publications o WHERE o.session = p.session AND o.place > p.place
            AND (o.department = '' OR o.department = p.part)) AS later
    FROM publication_parts p
) numbered
"""
# If only departments were published, the other seats are published after every department of the last set.
OTHERS = """
INSERT INTO new_publications
SELECT newest + row_number() OVER (ORDER BY session), 0, session, '', result_set,
    CASE WHEN whole THEN hour END, '', '', CASE WHEN whole AND hour <= {now} THEN hour END, NULL, NULL, NULL
FROM (
    SELECT l.session, l.result_set, (SELECT max(number) FROM new_publications) AS newest,
        (SELECT max(p.publish_at) FROM new_publications p
            WHERE p.session = l.session AND p.ended_at IS NULL AND p.withdrawn_at IS NULL) AS hour,
        NOT EXISTS (SELECT 1 FROM exam_results r WHERE r.result_set = l.result_set AND r.department NOT IN (
            SELECT p.department FROM new_publications p
            WHERE p.session = l.session AND p.ended_at IS NULL AND p.withdrawn_at IS NULL)) AS whole
    FROM new_publications l
    WHERE l.number IN (SELECT max(number) FROM new_publications GROUP BY session
        HAVING sum(CASE WHEN department = '' THEN 1 ELSE 0 END) = 0)
) last_deeds
"""
CHANGES = """
INSERT INTO publication_changes
SELECT p.number, r.seat FROM publications p
JOIN exam_results r ON r.result_set = p.result_set AND r.department = p.department
WHERE r.why <> '' AND p.why <> ''
"""


def upgrade() -> None:
    """Apply this step."""
    now = NOW[context.get_context().dialect.name]
    _create_publications()
    for statement in (ORDERED, PARTS, PUBLICATIONS.format(now=now), OTHERS.format(now=now)):
        op.execute(statement)
    for table in ("publication_parts", "ordered_publications", "publications"):
        op.drop_table(table)
    op.rename_table("new_publications", "publications")
    op.create_index("publications_session", "publications", ["session"])
    _create_changes()
    op.execute(CHANGES)
    op.drop_column("exam_results", "why")


def _create_publications() -> None:
    op.create_table(
        "new_publications",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("deed", sa.BigInteger, nullable=False),
        sa.Column("session", sa.String(40), sa.ForeignKey("exam_sessions.code", ondelete="CASCADE"), nullable=False),
        sa.Column("department", sa.String(40), nullable=False),
        sa.Column("result_set", sa.String(50), sa.ForeignKey("result_sets.id", ondelete="CASCADE"), nullable=False),
        sa.Column("publish_at", sa.BigInteger),
        sa.Column("replaces", sa.String(50), nullable=False),
        sa.Column("why", sa.String(160), nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("withdrawn_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("announced_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )


def _create_changes() -> None:
    op.create_table(
        "publication_changes",
        sa.Column(
            "publication", sa.BigInteger, sa.ForeignKey("publications.number", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("seat", sa.String(32), primary_key=True),
        sqlite_with_rowid=False,
    )
