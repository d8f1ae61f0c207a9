"""An SMS is paid by the part: what can be left out of an answer is, where that saves one.

The keys 0 and 00 work whether they are shown or not, and another language can be chosen with a word that the help
tells; the answer itself is never shortened.
"""

from __future__ import annotations

from state.cards import Cut
from state.encoding import sms
from state.pages import Footer


def cheapest(say: str, aside: str, options: tuple[str, ...], footer: Footer, cut: Cut) -> tuple[str, ...]:
    """The pages of an answer by SMS, in as few parts as any way of leaving things out takes."""
    keyless, both = Footer(footer.more, ""), f"{say}\n{aside}"
    ways = (cut(both, options, footer), cut(both, options, keyless), cut(say, options, keyless))
    return min(ways, key=lambda pages: sum(len(sms(page)) for page in pages))
