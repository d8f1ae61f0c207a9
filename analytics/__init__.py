"""Figures of what citizens do, all of them together: how often, where to, how far, and nothing about anybody.

    a hop (state/conversation/conversation.py) -> Walk -> Counters, plain numbers in this process -> every few seconds
    one statement that adds them to the table `figures` -> what the desk shows (reading.py)

A row is an hour of Benin, what was counted, of which screen, channel, network, language or question, and how many. All
names come from the menus and from our own code. The only words of citizens that are ever kept are those by which
nothing was found, and only when three different citizens typed them on one day (searches.py): until then they are
known by keyed digests, in the store that forgets. A flush that fails loses nothing: its numbers are added to the next.
What is lost is what a process that is killed had counted since its last flush.

| what | of | how many |
|---|---|---|
| calls, hops, served | channel | calls begun, hops answered, calls that came to an end or to what they asked for |
| language, network | code, name | calls |
| arrived, went_on | screen | times that the screen was come to, and left for another one |
| missed | screen | inputs that meant nothing there |
| asked | question, outcome, seconds | answers of sources that took no more than so many seconds |
| sent, parts | gateway | messages that a gateway took, and the parts they are paid by |
| nothing | (empty) | searches that found nothing |
| sought | words | different citizens who found nothing by these words |
"""

from __future__ import annotations
