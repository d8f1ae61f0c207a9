"""What a phone shows of a message when Zin opens the call: the message, above the key to the first screen.

No session is stored: the citizen's answer is the first input of a call, so it is read as on the first screen.
"""

from __future__ import annotations

from state.interfaces import Reply, ScreenSize
from state.menu.versions import MenuVersion
from state.rendering.render import final_page
from state.text.page_format import paper
from state.text.pagination import Footer, paginate


def announcement(edition: MenuVersion, language: str, words: str, room: ScreenSize) -> str:
    """Return the screen that shows a message in a call that Zin opens; "" if it needs more than one page."""
    menu = edition.menu(language)
    keys = Footer("", f"00 {menu.phrases.home}")
    pages = paginate.__wrapped__(words, (), keys, paper(menu.wording.language, room))  # the cache is not for messages
    return pages[0] if len(pages) == 1 else ""


def opt_out_reply(edition: MenuVersion, language: str, room: ScreenSize) -> Reply:
    """Return the reply to a citizen who answered such a call by STOP."""
    menu = edition.menu(language)
    return Reply(final_page(menu, menu.phrases.stopped, room), ends_session=True)
