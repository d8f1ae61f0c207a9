"""Inputs of a walk through our menus, and the states of sources, citizen and messages around it."""

from __future__ import annotations

from collections.abc import Mapping

from state.conversation.deferred_answers import RequestResult

Path = tuple[str, ...]  # of inputs: the first one opens the call or the chat
KEYS, WRONG_NUMBER, WRONG_ANSWER, LANGUAGE = ("98", "0", "00"), "97", "?", "langue"
ANSWERS: Mapping[str, tuple[str, ...]] = {  # by the name that a menu gives to the answer: some known, one unknown
    "words": ("passeport", "naissance", "zzzz"),
    "commune_name": ("kandi", "abomey", "cotonou", "zzzz"),
    "reference": (*(f"EX-00000{number}" for number in (1, 2, 3, 4, 5, 7)), "ZZ-999999"),
    "proof": (*(f"000{number}" for number in (1, 2, 3, 4, 5, 7)), "05031990", "9999"),
    "seat": ("12345", "12346", "12347", "12351", "12352", "1001", "1002", "1003", "1004", "1005", "99999"),
    "number": ("100001", "100002", "100005", "100006", "999999"),
    "birth_date": ("03021961", "15061975", "13041993", "25021980", "01011900"),
}
MESSAGES = (LANGUAGE, "aide", "stop", "naissance", "je veux un passeport", "kandi", "BAC 12345", "suivi EX-000001")

# States of a walk: sources down, empty or without look-ups; a citizen without a language; a refused message.
WELL, DOWN, EMPTY, NO_LOOK_UPS, NEW = "", "en panne", "vide", "recherches en panne", "premier appel"
REFUSING: tuple[RequestResult, ...] = ("stopped", "enough", "full")
CALLER = "+2290190000001"
BRIEF = (NEW, *REFUSING)  # walks that end soon, being like the first one from there on
STATES = (WELL, DOWN, EMPTY, NO_LOOK_UPS, *BRIEF)
WRONG_TRIES = (typed for wrong in range(9001, 9012) for typed in (str(wrong), "2", "1"))
FIRST_PATHS: Mapping[str, tuple[Path, ...]] = {  # the walk goes on from the end of each
    WELL: (("",), ("", "2", "EX-000001", "1", *WRONG_TRIES)),
    NEW: (("",), ("3*1",), ("4",)),
    **dict.fromkeys(REFUSING, (("", "3", "1", "12345", "4"),)),
}
