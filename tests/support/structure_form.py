"""The form of a journey's choices, as a browser without scripts fills and sends it."""

from __future__ import annotations

import re
from html import unescape

from tests.support.admin_client import Client

PAGE = "/bureau/ecran/help.topics/changer"
INPUT = re.compile(r'<input (?!type="checkbox")[^>]*?name="([^"]+)" value="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*? name="([^"]+)"[^>]*>\n([^<]*)</textarea>')
SELECT = re.compile(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option(?: value="([^"]*)")? selected>([^<]*)')


def fields_of(text: str) -> dict[str, str]:
    """The fields of the form, as a browser would send them while no box is checked."""
    found = {name: unescape(value) for name, value in INPUT.findall(text) + AREA.findall(text)}
    for name, options in SELECT.findall(text):
        chosen = CHOSEN.search(options)
        found[name] = unescape(chosen[1] if chosen and chosen[1] is not None else chosen[2] if chosen else "")
    return found


async def form_of(client: Client, page: str = PAGE) -> dict[str, str]:
    answer = await client.get(page)
    assert answer.status == 200
    return fields_of(await answer.text())


async def send(client: Client, fields: dict[str, str], page: str = PAGE) -> tuple[int, str]:
    answer = await client.post(page, data=fields, allow_redirects=False)
    return answer.status, unescape(await answer.text())


def added(fields: dict[str, str], place: int, **more: str) -> dict[str, str]:
    return {**fields, **{f"choix.{place}.{name}": value for name, value in more.items()}}
