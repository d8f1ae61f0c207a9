"""The page of a screen that does not fit on one."""

from __future__ import annotations

from state.session import Session


def turn_page(session: Session, trigger: str) -> bool:
    """Turn to another page of the screen if the input says so; returns True if it does."""
    if trigger == "more":
        session.page = (session.page + 1) % session.pages
    elif trigger == "back" and session.page:
        session.page -= 1
    else:
        return False
    return True
