"""The page of the messages that ministries' systems send: each text as citizens read it, in each language.

It shows what menus/messages says, with the longest values; the parts are those that a ministry's budget counts. An
account of a ministry sees the messages of that ministry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from admin.context import ADMIN_CONTEXT
from admin.permissions import CurrentUser
from admin.routes import Route
from admin.templating import render
from catalog.entries import read_entries
from catalog.message_files import MessageFile
from catalog.message_texts import longest_text
from state.menu.versions import MenuVersion
from state.text.encoding import in_gsm
from state.text.languages import SOURCE
from state.text.sms_parts import split_sms


@dataclass(frozen=True, slots=True)
class MessageText:
    """One message in one language: its name, the text of the SMS, its parts, and whether it is a translation."""

    language: str
    text: str
    parts: int
    encoding: str
    is_translated: bool


async def show(request: web.Request, visitor: CurrentUser) -> web.Response:
    """Show every message in every language."""
    desk = request.config_dict[ADMIN_CONTEXT]
    served = await desk.versions.active_settings(desk.settings)
    files, edition = read_entries(served.menus).messages, desk.menus.current
    visible = {name: file for name, file in files.items() if visitor.scope.may_see(file.ministry)}
    rows = [(name, file, _texts(file, edition)) for name, file in sorted(visible.items())]
    return render(request, visitor, "message_texts.html", rows=rows)


def _texts(file: MessageFile, edition: MenuVersion) -> list[MessageText]:
    found = []
    for code, menu in edition.menus.items():
        text, wording = longest_text(file, menu), menu.wording
        encoding = "GSM 7 bits" if in_gsm(text) else "UCS-2"
        is_translated = code == SOURCE or wording.translate(file.text) != file.text
        found.append(MessageText(wording.language.name, text, len(split_sms(text)), encoding, is_translated))
    return found


WAYS: Final = (Route("GET", "/messages/modeles", "view", show),)
