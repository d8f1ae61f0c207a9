"""What was changed in the folder of menus beside the desk: found, apart from what is only older, and joined."""

from __future__ import annotations

from authoring.drafts.files_on_disk import changed_on_disk, taken
from authoring.drafts.working_copy import DraftRow, lay_over

FIRST = {"home.yaml": b"title: Accueil\nfirst: a\n", "help.yaml": b"title: Aide\n"}
SECOND = {**FIRST, "home.yaml": b"title: Bienvenue\nfirst: a\n", "new.yaml": b"title: Neuf\n"}


def test_older_folder_has_no_changes() -> None:
    assert changed_on_disk(FIRST, SECOND, [FIRST]) == {}
    assert changed_on_disk(SECOND, SECOND, [FIRST]) == {}


def test_changed_added_and_removed_files_are_found() -> None:
    on_disk = {"home.yaml": b"title: Accueil\nfirst: b\n", "extra.yaml": b"title: Plus\n"}
    assert changed_on_disk(on_disk, SECOND, [FIRST]) == {**on_disk, "help.yaml": None}


def test_change_on_disk_is_joined_with_the_draft() -> None:
    mine = DraftRow("home.yaml", SECOND["home.yaml"], b"title: Bonjour\nfirst: a\n", "awa", 1)
    working_copy = lay_over(SECOND, [mine])
    assert taken(working_copy, "home.yaml", b"title: Bienvenue\nfirst: b\n") == b"title: Bonjour\nfirst: b\n"
    assert taken(working_copy, "home.yaml", b"title: Salut\nfirst: a\n") == b"title: Salut\nfirst: a\n"
    assert taken(working_copy, "extra.yaml", b"title: Plus\n") == b"title: Plus\n"
    assert taken(working_copy, "help.yaml", None) is None
