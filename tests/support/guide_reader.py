"""Who follows a page of ours to the letter, on a clone of their own: with a browser, a shell and an editor of texts.

Each step is a method. What the page says is waited for; what it says and is not so raises AssertionError.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from playwright.async_api import Browser, Locator, Page, expect

from settings import Settings
from tests.support.browser import LiveDesk, live_desk
from tests.support.guide_steps import Step

ROOT: Final = Path(__file__).parents[2]
CLONED: Final = ("menus", "locales", "tests/journeys")
PATIENCE: Final = 60.0  # seconds for a command
ZIN: Final = f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m cli.main "$@"\n'
EXPORT: Final = re.compile(r"(?m)^export (.+)$")
FOLDERS: Final = {"data": "var", "menus": "menus", "locales": "locales", "journeys": "tests/journeys"}


def clone(folder: Path) -> Path:
    """What an operator has of Zin: their folders, under git, and the command `.venv/bin/zin`."""
    for name in CLONED:
        shutil.copytree(ROOT / name, folder / name)
    (folder / ".venv" / "bin").mkdir(parents=True)
    (folder / ".venv" / "bin" / "zin").write_text(ZIN, encoding="utf-8")
    (folder / ".venv" / "bin" / "zin").chmod(0o755)
    me = ("-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false")
    for did in (("init", "-q"), ("add", *CLONED), (*me, "commit", "-q", "-m", "Zin")):
        subprocess.run(("git", *did), cwd=folder, env=_ours(), check=True)
    return folder


def _ours() -> dict[str, str]:
    """The environment, less what git would tell a hook of ours of another folder."""
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}


class Clerk:
    """One who follows, in a context that ends what `make run` began; patience is in seconds, for what a page shows.

    take takes a picture of the page under a name, where the guide has one; without it, pictures are passed over.
    """

    patience = 20.0
    take: Callable[[Page, str], Awaitable[None]] | None = None

    def __init__(self, folder: Path, browser: Browser | None = None, valkey: str = "") -> None:
        self._folder, self._browser = folder, browser
        self._exported = {"ZIN_REDIS_URL": valkey}  # environment variables of the shell
        self._running = AsyncExitStack()
        self._desk: LiveDesk | None = None
        self._place: tuple[Path, str] | None = None
        self._answered = ""
        self._seen: Locator | None = None

    async def __aenter__(self) -> Clerk:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._running.aclose()

    async def follow(self, steps: list[Step]) -> None:
        """Do each step in its turn; what is to be typed into a command stands behind it."""
        for step, after in zip(steps, [*steps[1:], Step(0, "", ())], strict=True):
            try:
                if step.verb == "run":
                    await self.run(step.arguments[0], after)
                elif step.verb != "answer":
                    await getattr(self, step.verb)(*step.arguments)
            except Exception as error:
                error.add_note(f"line {step.line} of the page: {step.verb} {step.arguments}")
                raise

    # The files

    async def create(self, name: str, text: str) -> None:
        assert not (self._folder / name).exists(), f"{name} is there already"
        (self._folder / name).write_text(text, encoding="utf-8")

    async def look_for(self, name: str, text: str) -> None:
        written = (self._folder / name).read_text(encoding="utf-8")
        assert written.count(text) == 1, f"{name} has this {written.count(text)} times:\n{text}"
        self._place = self._folder / name, text

    async def write_instead(self, name: str, text: str) -> None:
        path, old = self._place or (None, "")
        assert path == self._folder / name, f"nothing was looked for in {name}"
        path.write_text(path.read_text(encoding="utf-8").replace(old, text), encoding="utf-8")
        self._place = None

    # The shell

    async def run(self, commands: str, after: Step) -> None:
        for export in EXPORT.findall(commands):
            self._exported |= dict(one.split("=", 1) for one in shlex.split(export))
        if "make run" in commands:
            await self._serve()
            return
        assert "make " not in commands, f"nobody knows how to do this: {commands}"
        process = await asyncio.create_subprocess_exec(
            *("sh", "-e", "-c", commands), cwd=self._folder, env=_ours() | self._exported,
            stdin=PIPE, stdout=PIPE, stderr=STDOUT,
        )  # fmt: skip
        typed = f"{after.arguments[0]}\n" if after.verb == "answer" else ""
        output, _ = await asyncio.wait_for(process.communicate(typed.encode()), PATIENCE)
        self._answered = output.decode()
        assert process.returncode == 0 or after.verb == "answered", f"{commands}\nwent wrong: {self._answered}"

    async def answered(self, text: str) -> None:
        form = re.escape(text).replace("…", ".*")
        assert re.search(rf"(?m)^{form}$", self._answered), f"{text}\n\nis not in:\n\n{self._answered}"

    async def _serve(self) -> None:
        await self._running.aclose()
        given = FOLDERS | {name.removeprefix("ZIN_").lower(): value for name, value in self._exported.items()}
        settings = Settings.model_validate(given | {name: self._folder / given[name] for name in FOLDERS})
        assert self._browser
        self._desk = await self._running.enter_async_context(live_desk(settings, self._browser))

    # The browser

    @property
    def desk(self) -> LiveDesk:
        assert self._desk, "nothing runs: the page has no `make run` before"
        return self._desk

    @property
    def page(self) -> Page:
        return self.desk.page

    async def open(self, path: str) -> None:
        await self.desk.go(path)
        await self.desk.sound()

    @property
    def _most(self) -> float:
        return self.patience * 1000

    async def click(self, name: str) -> None:
        await self._named(self.page.locator("body"), name).click(timeout=self._most)
        await self.page.wait_for_load_state()  # until its scripts have run, keys do nothing

    async def picture(self, name: str) -> None:
        if self.take:
            assert self._seen, f"{name}: the page says nothing before"
            await self._seen.scroll_into_view_if_needed()
            await self.take(self.page, name)

    async def choose(self, option: str, label: str) -> None:
        await self.page.get_by_label(label, exact=True).select_option(label=option, timeout=self._most)

    async def fill(self, text: str, label: str) -> None:
        await self.page.get_by_label(label, exact=True).fill(text, timeout=self._most)

    async def sees(self, *texts: str) -> None:
        for text in texts:
            self._seen = self.page.get_by_text(text).filter(visible=True).first
            await expect(self._seen).to_be_visible(timeout=self._most)

    async def sees_no_more(self, text: str) -> None:
        await expect(self.page.get_by_text(text)).to_have_count(0, timeout=self._most)

    async def type_on_phone(self, typed: str, button: str) -> None:
        phone = self.page.get_by_role("region", name="Téléphone")
        if set(typed) <= set("0123456789*#"):
            for key in typed:
                await self._named(phone, key).click(timeout=self._most)
        else:
            await phone.get_by_role("textbox").fill(typed, timeout=self._most)
        await self._named(phone, button).click(timeout=self._most)

    async def write_message(self, text: str) -> None:
        chat = self.page.get_by_role("region", name="Messages")
        await chat.get_by_label("Votre message").fill(text, timeout=self._most)
        await self._named(chat, "Envoyer").click(timeout=self._most)

    async def phone_shows(self, text: str) -> None:
        screen = self.page.get_by_role("log", name="Écran du téléphone")
        await expect(screen).to_have_text(text, timeout=self._most)

    @staticmethod
    def _named(within: Locator, name: str) -> Locator:
        pattern = re.compile(rf"^{re.escape(name)}(?: [0-9a-f]{{8}})?$")  # to who listens, which version besides
        button = within.get_by_role("button", name=pattern).or_(within.locator("summary").filter(has_text=pattern))
        return within.get_by_role("link", name=pattern).or_(button).first
