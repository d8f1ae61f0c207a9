"""Texts for property tests: any signs, often those of our languages and of the GSM alphabet."""

from __future__ import annotations

from hypothesis import strategies as st

from state.text.encoding import DEFAULT

OURS = "ɔɛɖŋỌọṣéêœ½“’‹<\n\r\u200d\u00ad\u0301\u0338\ufe0f😀"  # our languages, typography, what nobody sees
signs = st.characters() | st.sampled_from(OURS) | st.sampled_from(DEFAULT)
texts = st.text(signs, max_size=60)
