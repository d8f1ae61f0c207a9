"""What somebody sends beside the draft: their changes and nobody else's, a choice where two contradict one another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from authoring.drafts.working_copy import Content, DraftRow, WorkingCopy, lay_over
from authoring.uploads.compared_files import Arrival, Comparison, compare
from authoring.uploads.received import Received, read_received, zip_to_send
from authoring.versions.errors import MenusRefused
from authoring.versions.folders import Folders
from tests.support.conversation import SMALL, SMALL_LOCALES
from tests.support.zip_files import rezipped, unzipped

BY_BIO = Arrival("bio", date(2026, 11, 30))
SERVED = Folders(SMALL, SMALL_LOCALES).read()
HOME, AA = "home.yaml", "locales/aa.po"
WELCOME, BYE = "say: Bienvenue", "bye: {say: Au revoir}"


def edited(path: str, old: str, new: str, files: Mapping[str, bytes] = SERVED) -> bytes:
    text = files[path].decode()
    assert old in text
    return text.replace(old, new).encode()


def draft(**changes: Content) -> WorkingCopy:
    """The draft of awa; keys are home and aa."""
    paths = {"home": HOME, "aa": AA}
    return lay_over(SERVED, [DraftRow(paths[key], SERVED[paths[key]], one, "awa", 1) for key, one in changes.items()])


def sent_back(changes: Mapping[str, Content], downloaded: WorkingCopy) -> Received:
    """A zip that was downloaded, changed in another program, and packed again."""
    files: dict[str, Content] = {**unzipped(zip_to_send(downloaded.files)), **changes}
    return read_received(
        rezipped({path: one for path, one in files.items() if one is not None}), "x.zip", downloaded.files
    )


def contents(found: Comparison, **sides: str) -> Mapping[str, Content]:
    return found.changes({HOME: sides["home"]} if sides else {})  # type: ignore[dict-item]


def test_zip_that_comes_back_unchanged_changes_nothing() -> None:
    found = compare(sent_back({}, draft()), draft(home=edited(HOME, WELCOME, "say: Bonjour")), BY_BIO)
    assert (found.files, found.gone) == ((), ())


def test_only_what_the_sender_changed_is_taken() -> None:
    mine = edited(HOME, BYE, "bye: {say: À bientôt}")
    found = compare(sent_back({HOME: mine, "new.yaml": b"title: Neuf\n"}, draft()), draft(), BY_BIO)
    assert contents(found) == {HOME: mine, "new.yaml": b"title: Neuf\n"}
    assert [one.contested for one in found.files] == [(), ()]


def test_changes_of_two_screens_are_joined() -> None:
    mine, theirs = edited(HOME, BYE, "bye: {say: À bientôt}"), edited(HOME, WELCOME, "say: Bonjour")
    found = compare(sent_back({HOME: mine}, draft()), draft(home=theirs), BY_BIO)
    assert contents(found) == {HOME: edited(HOME, WELCOME, "say: Bonjour", {HOME: mine})}


def test_screen_that_two_changed_awaits_a_choice() -> None:
    mine, theirs = edited(HOME, WELCOME, "say: Bonsoir"), edited(HOME, WELCOME, "say: Bonjour")
    found = compare(sent_back({HOME: mine}, draft()), draft(home=theirs), BY_BIO)
    assert [one.contested for one in found.files] == [("screens.welcome",)]
    with pytest.raises(MenusRefused, match=r"Choisissez d'abord ce qui reste dans home\.yaml"):
        contents(found)
    assert contents(found, home="mine") == {HOME: mine}
    assert contents(found, home="theirs") == {}


def test_draft_that_was_downloaded_is_changed_without_a_choice() -> None:
    before = draft(home=edited(HOME, WELCOME, "say: Bonjour"))
    mine = edited(HOME, "say: Bonjour", "say: Bonsoir", before.files)
    assert contents(compare(sent_back({HOME: mine}, before), before, BY_BIO)) == {HOME: mine}
    back = compare(sent_back({HOME: SERVED[HOME]}, before), before, BY_BIO)
    assert contents(back) == {HOME: SERVED[HOME]}


def test_older_file_of_another_zip_overwrites_no_draft() -> None:
    older = Received("git.zip", {HOME: SERVED[HOME]}, is_whole=True)
    assert compare(older, draft(home=edited(HOME, WELCOME, "say: Bonjour")), BY_BIO).files == ()


def test_removed_file_is_gone_unless_others_wrote_it() -> None:
    found = compare(sent_back({HOME: None}, draft()), draft(), BY_BIO)
    assert found.gone == (HOME,)
    assert (found.changes({}), found.changes({}, with_gone=True)) == ({}, {HOME: None})
    theirs = draft(home=edited(HOME, WELCOME, "say: Bonjour"))
    assert compare(sent_back({HOME: None}, draft()), theirs, BY_BIO).gone == ()


def test_zip_of_menus_alone_leaves_languages() -> None:
    found = compare(Received("git.zip", {HOME: SERVED[HOME]}, is_whole=True), draft(), BY_BIO)
    assert found.gone
    assert [path for path in found.gone if path.startswith("locales/") or path == HOME] == []
    assert compare(Received("home.yaml", {HOME: SERVED[HOME]}), draft(), BY_BIO).gone == ()


def test_translations_are_joined_without_claimed_reviews() -> None:
    theirs = edited(AA, '"Fɔ ?"', '"Fɔ dɔ ?"')
    claimed = edited(AA, '# brouillon\nmsgid "Quel', '# relu : X, 2026-11-01\nmsgid "Quel')
    mine = edited(AA, '"Ɔ wɛ"', '"Ɔ wɛ dɔ"', {AA: claimed})
    found = compare(sent_back({AA: mine}, draft()), draft(aa=theirs), BY_BIO)
    text = (contents(found)[AA] or b"").decode()
    assert ('"Fɔ dɔ ?"' in text, '"Ɔ wɛ dɔ"' in text, "relu : X, 2026" in text) == (True, True, False)


def test_translation_that_two_changed_awaits_a_choice() -> None:
    mine, theirs = edited(AA, '"Fɔ ?"', '"Fɔ lɔ ?"'), edited(AA, '"Fɔ ?"', '"Fɔ dɔ ?"')
    found = compare(sent_back({AA: mine}, draft()), draft(aa=theirs), BY_BIO)
    (one,) = found.files
    assert one.contested == ("Quel fruit ?",)
    assert [('"Fɔ lɔ ?"' in (side or b"").decode()) for side in (one.mine, one.theirs)] == [True, False]


def test_faulty_translations_are_named_and_left_out() -> None:
    mine = edited(HOME, BYE, "bye: {say: À bientôt}")
    found = compare(sent_back({AA: edited(AA, '"Fɔ ?"', '"Fɔ {x} ?"'), HOME: mine}, draft()), draft(), BY_BIO)
    assert contents(found) == {HOME: mine}
    assert [(one.file.rpartition("/")[2], "{x}" in one.what) for one in found.problems] == [("aa.po", True)]


def test_unknown_language_is_refused() -> None:
    with pytest.raises(MenusRefused, match="pas une telle langue"):
        compare(Received("zz.po", {"locales/zz.po": SERVED[AA]}), draft(), BY_BIO)
