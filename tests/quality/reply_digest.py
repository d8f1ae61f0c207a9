"""A digest of every reply that citizens can read, to show that a change of the code has changed none of them.

Run as `python -m tests.quality.reply_digest`. Our own menus are walked over the sample data
(tests/support/menu_walk.py), in the room of each channel and in each language. The clock and the sample data are always
the same, so that the digests do not depend on the day. `--write FILE` also writes each reply as a line of JSON and
names the screens never reached.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from authoring.replay.sandbox import SampleMenus, make_sample, open_sample_menus, sandbox_settings
from channels import rooms
from logs.suppression import suppress_logs
from settings import Settings
from state.interfaces import ScreenSize, Source
from state.rendering.size_check import only_sent
from state.text.languages import SOURCE
from tests.support.menu_walk import Found, ListsOnly, TooManyReplies, Walk, WalkedHouse
from tests.support.walk_inputs import NEW, NO_LOOK_UPS, STATES

LEAST_REACHED = 0.9  # of the screens that a citizen can come to
SOURCE_SECONDS = 600.0  # that a source may take: on a busy machine too, none is late
JOURNEYS = Path(__file__).parents[1] / "journeys"


async def walked(ours: SampleMenus, channel: str, room: ScreenSize, language: str) -> Found:
    """All walks in one room and language; a language that is not offered yet is walked as if it were."""
    found = Found(channel, language)
    name = ours.edition.menu(language).wording.language.name
    edition = replace(ours.edition, offered={**ours.edition.offered, language: name})
    for state in STATES if language == SOURCE else (one for one in STATES if one != NEW):
        sources: Mapping[str, Source] = ours.sources
        if state == NO_LOOK_UPS:
            sources = {name: ListsOnly(source) for name, source in ours.sources.items()}
        house = WalkedHouse(edition, sources, ours.settings)
        house.begin(state, language)
        await Walk(house, room, found, state).run()
        await house.close()
    talk = house.conversation
    for reply in (
        talk.overloaded_reply(room),
        talk.rate_limited_reply(room),
        talk.unavailable_reply(room),
    ):  # shown instead of any answer
        found.lines.append(json.dumps({"channel": channel, "language": language, "text": reply.text}))
    return found


async def digested() -> tuple[list[Found], frozenset[str]]:
    """What was read in every room and language, and every screen that a citizen can come to."""
    with TemporaryDirectory() as folder, suppress_logs():
        settings = sandbox_settings(Settings(_env_file=None), Path("menus"), Path(folder))
        settings = settings.model_copy(update={"source_seconds": SOURCE_SECONDS})
        await make_sample(settings)
        async with open_sample_menus(settings) as ours:
            each = [(*one, language) for one in rooms(settings).items() for language in sorted(ours.edition.menus)]
            found = [await walked(ours, *one) for one in each]
            shown = {one.name for one in ours.edition.menu(SOURCE).screens.values() if one.says}
            return found, frozenset(shown) - only_sent(ours.edition.journeys)


def printed(found: list[Found], screens: frozenset[str]) -> None:
    """Print the digests. Exits when a walk reached so few screens that its digest proves nothing."""
    whole = sha256()
    for one in found:
        reached, digest = len(one.screens & screens), sha256("\n".join(sorted(one.lines)).encode()).hexdigest()
        whole.update(digest.encode())
        print(f"{one.channel} {one.language}: {len(one.lines)} replies, {reached}/{len(screens)} screens, {digest}")
        if not screens or reached < LEAST_REACHED * len(screens):
            sys.exit(f"{one.channel} {one.language}: only {reached} of {len(screens)} screens were reached")
    paths = sorted(JOURNEYS.glob("*.txt"))
    transcripts = sha256(b"".join(path.name.encode() + path.read_bytes() for path in paths)).hexdigest()
    whole.update(transcripts.encode())
    print(f"transcripts: {len(paths)} files, {transcripts}")
    print(f"total: {sum(len(one.lines) for one in found)} replies, {whole.hexdigest()}")


def main() -> None:
    parser = argparse.ArgumentParser(description="A digest of every reply that citizens can read.")
    parser.add_argument("--write", type=Path, metavar="FILE", help="write every reply to it, as lines of JSON")
    write: Path | None = parser.parse_args().write
    try:
        found, screens = asyncio.run(digested())
    except TooManyReplies as wrong:
        sys.exit(str(wrong))
    if write:
        write.write_text("".join(f"{line}\n" for one in found for line in sorted(one.lines)), encoding="utf-8")
        unreached = sorted(screens.difference(*(one.screens for one in found)))
        print(f"never reached: {', '.join(unreached) or 'no screen'}")
    printed(found, screens)


if __name__ == "__main__":
    main()
