"""Usage counters over all citizens together, without personal data.

    a hop (state/conversation/conversation.py) -> HopTrace -> Counters, numbers in this process -> every few seconds
    one statement that adds them to the table `figures` -> the admin site (repository.py)

A row holds a local hour, the kind of count, the screen, channel, network, language or question, and the number. All
names come from the menus and our code. The only words of citizens in it are searches without a result, and only if
three different citizens typed them on one day (flush.py); before that, the store holds keyed digests of them that
expire. How many different citizens there were is estimated in the store and holds nobody (people.py). A failed flush
loses nothing: its numbers are added to the next. A killed process loses the counts since its last flush.

| what | of | how many |
|---|---|---|
| calls, hops, served | channel | calls started, hops answered, calls that reached an end or the wanted answer |
| answer_seconds, answer_hops | journey, channel, bucket | sessions whose first answer took so long (first_answers.py) |
| opinion | number, channel, language, service or journey | answers to the question whether an answer helped |
| language, network | code, name | calls |
| arrived, went_on | screen | arrivals at the screen, and moves from it to another one |
| missed | screen | inputs that were not understood there |
| asked | question, outcome, seconds | answers of sources within so many seconds |
| read | subject | answers of sources about it: a service, a commune |
| sent, parts | gateway | messages that a gateway accepted, and the billed parts |
| nothing | (empty) | searches without a result |
| sought | words | different citizens with this search without a result |
"""

from __future__ import annotations
