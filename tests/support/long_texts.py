"""Signs whose repetition makes a text long, or costly to normalize."""

from __future__ import annotations

SIGNS = ["\ufdfa", "\ufb2c", "\ud55c", "\u1112\u1161\u11ab", "\u0345\u0301\u0327", "\u2a74", " ", "a ", "é"]
SIGNS += ["1*", "BAC "]
