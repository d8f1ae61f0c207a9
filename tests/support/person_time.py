"""How long a person needs at the desk who never saw it: reading, clicking and typing, counted as they are done.

The person goes by what is visible, and reads from the top of a page down to what is needed next, each line once. What
is folded, or behind a link, is not read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from playwright.async_api import Locator, Page

WORDS_READ: Final = 200  # in a minute
WORDS_TYPED: Final = 25  # in a minute, of
SIGNS: Final = 5  # characters each
SECONDS_A_CLICK: Final = 3
LINES: Final = """(target) => {
  const lines = [], nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range();
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const text = node.data.trim(), holder = node.parentElement;
    if (!text || holder.closest("option, textarea, script, style") || !holder.checkVisibility()) continue;
    range.selectNodeContents(node);
    const isAbove = target.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_PRECEDING;
    const isShown = range.getBoundingClientRect().right > 0;
    if (isShown && (isAbove || target.contains(node))) lines.push(text);
  }
  return lines;
}"""


@dataclass
class Person:
    """Somebody at a page; all that was read is remembered."""

    page: Page
    clicks: int = 0
    typed: int = 0
    words: int = 0
    read: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        return f"{self.minutes:.1f} min, {self.clicks} clicks, {self.typed} signs typed, {self.words} words read"

    @property
    def minutes(self) -> float:
        """The time that all of it took."""
        typing = self.typed / SIGNS / WORDS_TYPED
        return self.words / WORDS_READ + self.clicks * SECONDS_A_CLICK / 60 + typing

    async def click(self, name: str, role: str = "link") -> None:
        """Click the link or button of this name."""
        await self._press(self.page.get_by_role(role, name=name, exact=True).first)  # type: ignore[arg-type]

    async def open_box(self, words: str) -> None:
        """Click the box of a map that says these words."""
        await self._press(self.page.locator("svg a", has_text=words).first)

    async def fill(self, label: str, text: str) -> None:
        """Type a text into the field of this label."""
        typed = self.page.get_by_label(label, exact=True)
        await self._press(typed)
        await typed.fill(text)
        self.typed += len(text)

    async def choose(self, label: str, option: str) -> None:
        """Open the list of this label, and take one of its options: those above it are read."""
        chosen = self.page.get_by_label(label, exact=True)
        await self._press(chosen)
        offered = [" ".join(one.split()) for one in await chosen.locator("option").all_inner_texts()]
        self._read(offered[: offered.index(option) + 1])
        await chosen.select_option(index=offered.index(option))
        self.clicks += 1

    async def sees(self, words: str) -> None:
        """Read down to these words."""
        await self._look(self.page.get_by_text(words).first)

    async def _press(self, target: Locator) -> None:
        await self._look(target)
        await target.click()
        self.clicks += 1

    async def _look(self, target: Locator) -> None:
        await target.scroll_into_view_if_needed()
        self._read(await target.evaluate(LINES))

    def _read(self, lines: list[str]) -> None:
        for line in lines:
            if line not in self.read:
                self.read.add(line)
                self.words += len(line.split())
