"""Plain form of a text, in which words are searched."""

from __future__ import annotations

import re
import unicodedata
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from state.text.encoding import Folding, fold
from state.text.search import plain


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_normalization_of_plain_letters_is_unchanged(text: str) -> None:
    bare = unicodedata.normalize("NFKD", fold(text).lower())
    assert plain(text) == re.sub(r"[^a-z0-9]+", " ", bare).strip()


@given(st.text())
def test_plain_form_is_idempotent(text: str) -> None:
    assert plain(plain(text)) == plain(text)


def test_character_of_eighteen_parts_costs_no_more() -> None:
    """Counted, not timed: the parts that are looked at, of a sign whose first has no spelling."""
    folding = Folding()
    with mock.patch.object(folding, "_sign", wraps=folding._sign) as looked:
        assert folding._apart("\ufdfa") == "?"
    assert looked.call_count == 1
