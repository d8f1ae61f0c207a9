"""Rows of sessions, results and requests for tests."""

from __future__ import annotations

from datetime import date

REQUEST = {
    "reference": "AB123",
    "service": "Casier judiciaire",
    "status": "ready",
    "updated": date(2026, 9, 28),
    "note": "",
    "phone_tail": "0001",
    "birth_date": date(1990, 3, 5),
    "sample": False,
}
SESSION = {"code": "bac-2027", "exam": "bac", "year": 2027, "session": "", "sample": False}
SET = {
    "id": "bac-2027.1",
    "session": "bac-2027",
    "sha256": "",
    "rows": 1,
    "state": "approved",
    "imported_by": "ida",
    "imported_at": 1000,
    "approved_by": "paul",
    "approved_at": 1500,
    "report": "{}",
}
PUBLICATION = {
    "number": 1,
    "deed": 1,
    "session": "bac-2027",
    "department": "",
    "result_set": "bac-2027.1",
    "publish_at": 2000,
    "replaces": "",
    "why": "",
    "told_at": None,
    "withdrawn_at": None,
    "ended_at": None,
    "announced_at": None,
}
RESULT = {
    "result_set": "bac-2027.1",
    "seat": "777",
    "verdict": "admitted",
    "mention": "Bien",
    "series": "D",
    "centre": "Centre d'exemple 1",
    "department": "",
}
