"""Two texts side by side: changed lines with their context, and the words of a line that differ."""

from __future__ import annotations

from authoring.diff.text_diff import diff_lines, side_by_side


def test_text_diff_shows_changed_lines_and_context() -> None:
    before = "\n".join("abcdefghij")
    assert list(diff_lines(side_by_side(before, before.replace("e", "E")))) == [
        "  …", "  c", "  d", "- e", "+ E", "  f", "  g", "  …"]  # fmt: skip
    assert list(diff_lines(side_by_side("a\nb", "a\nb\nc"))) == ["  a", "  b", "+ c"]
    assert list(diff_lines(side_by_side("", "c"))) == ["+ c"]
    assert side_by_side("same", "same") == ()


def test_only_changed_words_of_a_line_are_marked() -> None:
    (row,) = side_by_side("Quel examen ?", "Quel examen cherchez-vous ?")
    assert not any(differs for _, differs in row.before or ())
    assert "".join(text for text, _ in row.after or ()) == "Quel examen cherchez-vous ?"
    assert [text.strip() for text, differs in row.after or () if differs] == ["cherchez-vous"]
    (other,) = side_by_side("Si l'appel est coupé", "En cas de coupure")
    assert (other.before, other.after) == ((("Si l'appel est coupé", True),), (("En cas de coupure", True),))
