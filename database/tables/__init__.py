"""The tables: the data of the ministries that the answers to citizens need, and the state of Zin.

No personal names are stored, and of a phone number only the four digits that prove a request. Keys are what citizens
type, normalized (catalog/normalize.py). database/migrations creates these tables step by step; a test checks that both
give the same result. Rows marked sample are made up: production refuses to start with them.
"""

from __future__ import annotations

from database.tables.accounts import (
    account_links,
    audit,
    offered_factors,
    operators,
    recovery_codes,
    refusals,
    second_factors,
)
from database.tables.citizens import consents, opted_out, preferences
from database.tables.menus import (
    menu_approvals,
    menu_drafts,
    menu_publications,
    menu_schedules,
    menu_versions,
    translation_remarks,
)
from database.tables.messages import early_reports, gateway_states, message_parts, outbox, paused, promises
from database.tables.metadata import metadata
from database.tables.ministries import (
    api_keys,
    ministry_callbacks,
    ministry_messages,
    ministry_parts,
    ministry_recipients,
    released_purposes,
)
from database.tables.monitoring import figures, fingerprints, heartbeats
from database.tables.notifications import contacts, notifications, notified_tasks
from database.tables.registers import BEFORE, careers_before, register_imports, requests_before
from database.tables.results import (
    approval_draws,
    exam_results,
    exam_sessions,
    publication_changes,
    publications,
    result_sets,
)
from database.tables.schema import schema_compatibility
from database.tables.services import careers, requests

__all__ = (
    "BEFORE",
    "HOLDING_SAMPLE",
    "account_links",
    "api_keys",
    "approval_draws",
    "audit",
    "careers",
    "careers_before",
    "consents",
    "contacts",
    "early_reports",
    "exam_results",
    "exam_sessions",
    "figures",
    "fingerprints",
    "gateway_states",
    "heartbeats",
    "menu_approvals",
    "menu_drafts",
    "menu_publications",
    "menu_schedules",
    "menu_versions",
    "message_parts",
    "metadata",
    "ministry_callbacks",
    "ministry_messages",
    "ministry_parts",
    "ministry_recipients",
    "notifications",
    "notified_tasks",
    "offered_factors",
    "operators",
    "opted_out",
    "outbox",
    "paused",
    "preferences",
    "promises",
    "publication_changes",
    "publications",
    "recovery_codes",
    "refusals",
    "register_imports",
    "released_purposes",
    "requests",
    "requests_before",
    "result_sets",
    "schema_compatibility",
    "second_factors",
    "translation_remarks",
)

HOLDING_SAMPLE = (requests, exam_sessions, careers)
