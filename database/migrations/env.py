"""Run by alembic: writes the SQL of the steps. The transaction around it is the caller's (`migrate`)."""

from __future__ import annotations

from alembic import context

context.configure(dialect_name=context.config.attributes["dialect"], literal_binds=True)
context.run_migrations()
