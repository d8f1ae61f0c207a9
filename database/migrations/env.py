"""Run by alembic: generates the SQL of the steps. The caller opens the transaction (`migrate`)."""

from __future__ import annotations

from alembic import context

context.configure(dialect_name=context.config.attributes["dialect"], literal_binds=True)
context.run_migrations()
