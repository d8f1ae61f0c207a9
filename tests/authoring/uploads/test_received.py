"""What is read of files that somebody sends: within limits, at paths of a version, without what systems add."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from authoring.drafts.working_copy import content_digest
from authoring.uploads.received import MANIFEST, MAX_BYTES, Received, read_received, zip_to_send
from authoring.versions.errors import MenusRefused
from tests.support.zip_files import rezipped

KNOWN = {
    "home.yaml": b"title: Accueil\n",
    "README.md": b"# Menus\n",
    "catalogue/cip.yaml": b"name: CIP\n",
    "locales/fon.po": b'msgid ""\nmsgstr ""\n',
    "exams/cip.yaml": b"name: Examen\n",
}


def read(files: Mapping[str, bytes]) -> Received:
    return read_received(rezipped(files), "x.zip", KNOWN)


def test_zip_from_here_comes_back_with_its_digests() -> None:
    found = read_received(zip_to_send(KNOWN), "menus.zip", KNOWN)
    assert found.files == {path: content for path, content in KNOWN.items() if not path.endswith(".md")}
    assert found.given == {path: content_digest(content) for path, content in KNOWN.items()}
    assert found.is_whole


PLACES = [
    ("home.yaml", "home.yaml"),
    ("menus-1a2b/home.yaml", "home.yaml"),
    ("zin-main/menus/catalogue/neuf.yaml", "catalogue/neuf.yaml"),
    ("menus/home.yaml", "home.yaml"),
    ("locales/fon.po", "locales/fon.po"),
    ("catalogue/neuf.yaml", "catalogue/neuf.yaml"),
]


@pytest.mark.parametrize(("name", "path"), PLACES, ids=str)
def test_folder_around_the_files_is_left_out(name: str, path: str) -> None:
    assert list(read({name: b"x: 1\n"}).files) == [path]


def test_what_systems_add_is_left_out() -> None:
    added = {"menus/__MACOSX/._home.yaml": b"x", "menus/.DS_Store": b"x", "menus/Thumbs.db": b"x", "menus/x/": b""}
    assert list(read({"menus/home.yaml": b"x: 1\n", **added}).files) == ["home.yaml"]


def test_signs_of_windows_are_taken_off() -> None:
    found = read({"home.yaml": b"\xef\xbb\xbftitle: A\r\nfirst: b\r\n"})
    assert found.files == {"home.yaml": b"title: A\nfirst: b\n"}


REFUSED = [
    ({"../home.yaml": b"x"}, "hors du dossier"),
    ({"/etc/home.yaml": b"x"}, "hors du dossier"),
    ({"a\\..\\home.yaml": b"x", "b.yaml": b"x"}, "hors du dossier"),
    ({"C:/home.yaml": b"x"}, "hors du dossier"),
    ({"home.py": b"x", "b.yaml": b"x"}, "seuls des fichiers .yaml et .po"),
    ({"README.md": b"changed"}, "seuls des fichiers .yaml et .po"),
    ({"elsewhere/a.yaml": b"x", "b.yaml": b"x"}, "pas un fichier d'un dossier des menus"),
    ({"catalogue/fon.po": b"x", "b.yaml": b"x"}, "pas un fichier d'un dossier des menus"),
    ({"catalogue/a/b/c.yaml": b"x", "b.yaml": b"x"}, "pas un fichier d'un dossier des menus"),
    ({"menus/a.yaml": b"x", "a.yaml": b"x"}, "à la même place"),
    ({"README.md": KNOWN["README.md"]}, "rien à prendre"),
    ({MANIFEST: b"x"}, "rien à prendre"),
    ({"a.yaml": b"x" * 2_000_000}, "trop gros quand on l'ouvre"),
    ({"a.yaml": rezipped({"b.yaml": b"x"})}, "une autre archive"),
    ({f"{number}.yaml": b"" for number in range(5_001)}, "trop de fichiers"),
]


@pytest.mark.parametrize(("files", "why"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_zip_with_something_else_is_refused(files: dict[str, bytes], why: str) -> None:
    with pytest.raises(MenusRefused, match=why):
        read(files)


def test_damaged_or_great_file_is_refused() -> None:
    with pytest.raises(MenusRefused, match="abîmé ou incomplet"):
        read_received(rezipped({"home.yaml": b"x" * 99})[:-30], "x.zip", KNOWN)
    with pytest.raises(MenusRefused, match="trop grand"):
        read_received(b"x" * (MAX_BYTES + 1), "home.yaml", KNOWN)
    with pytest.raises(MenusRefused, match=r"home\.yaml est trop grand"):
        read_received(b"x" * (MAX_BYTES - 1), "home.yaml", KNOWN)


ONE = [
    ("home.yaml", "", "home.yaml"),
    ("home (2).yaml", "", "home.yaml"),
    ("cip.yaml", "catalogue", "catalogue/cip.yaml"),
    ("neuf.yaml", "menus", "neuf.yaml"),
    ("fon.po", "", "locales/fon.po"),
]


@pytest.mark.parametrize(("name", "folder", "path"), ONE, ids=str)
def test_one_file_goes_where_its_name_is(name: str, folder: str, path: str) -> None:
    found = read_received(b"title: Neuf\n", name, KNOWN, folder)
    assert (list(found.files), found.is_whole, found.given) == ([path], False, {})


LOST = [
    ("neuf.yaml", "", "aucun fichier n'a ce nom"),
    ("cip.yaml", "", "plusieurs fichiers ont ce nom"),
    ("cip.yaml", "../..", "pas un fichier d'un dossier des menus"),
    ("x.sh", "menus", "seuls des fichiers"),
]


@pytest.mark.parametrize(("name", "folder", "why"), LOST, ids=str)
def test_one_file_without_a_place_is_refused(name: str, folder: str, why: str) -> None:
    with pytest.raises(MenusRefused, match=why):
        read_received(b"title: Neuf\n", name, KNOWN, folder)
