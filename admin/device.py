"""The kind of browser that signed in, in a few words: a person recognizes their own logins by it."""

from __future__ import annotations

from typing import Final

# The first that occurs in the User-Agent: Edge and Opera name Chrome too, and Chrome names Safari.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
UNKNOWN: Final = "navigateur inconnu"


def device_name(user_agent: str) -> str:
    """Return the browser and the system of a User-Agent header, without version: « Firefox, Android »."""
    named = (next((name for sign, name in known if sign in user_agent), "") for known in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, named)) or UNKNOWN
