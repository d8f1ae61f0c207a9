"""Rules that a menu must pass before citizens see it, and advice: one function each, each with a broken example.

A rule reads the journeys as written and the questions of the sources, and yields problems with their place. The
examples are in tests/broken/<rule>/; the tests fail for a rule without an example.
"""

from __future__ import annotations

from state.errors import Problem
from state.menu.journeys import Journeys
from state.menu.lint.key_rules import number_starts_line, opens_on_nothing, repeats_back
from state.menu.lint.keyword_rules import language_unkept, shortcut_taken, word_taken
from state.menu.lint.lookup_rules import answer_missing, outcome_forgotten, refuge_missing, unknown_question
from state.menu.lint.message_rules import notifies_nothing, sends_nothing
from state.menu.lint.rule import Questions, Rule
from state.menu.lint.survey_rules import survey_unfit
from state.menu.lint.text_rules import (
    bad_pattern,
    key_written,
    number_unknown,
    numbered_by_hand,
    sense_unused,
    sign_unknown,
    stray_brace,
    unknown_placeholder,
)
from state.menu.lint.transition_rules import asks_for_ever, leads_nowhere, never_shown, retour_unclear

ADVICE: tuple[Rule, ...] = (repeats_back, opens_on_nothing, number_starts_line)
RULES: tuple[Rule, ...] = (
    leads_nowhere,
    never_shown,
    retour_unclear,
    unknown_question,
    outcome_forgotten,
    answer_missing,
    unknown_placeholder,
    number_unknown,
    sense_unused,
    sign_unknown,
    stray_brace,
    numbered_by_hand,
    key_written,
    bad_pattern,
    asks_for_ever,
    sends_nothing,
    notifies_nothing,
    survey_unfit,
    shortcut_taken,
    word_taken,
    language_unkept,
    refuge_missing,
)


def advise(journeys: Journeys, questions: Questions) -> list[Problem]:
    """Return what costs citizens keys in a menu without problems; it blocks nothing."""
    return sorted({problem for rule in ADVICE for problem in rule(journeys, questions)})


def lint(journeys: Journeys, questions: Questions) -> list[Problem]:
    """Return every problem of the menu, reading problems included, sorted by file and line."""
    found = {problem for rule in RULES for problem in rule(journeys, questions)}
    return sorted(found | set(journeys.problems))
