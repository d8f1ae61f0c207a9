"""The languages within the files of a version: the table, and the translations of each language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypedDict

from authoring.versions.archive import LOCALES, Files, zip_files
from state.errors import Problem
from state.text.languages import TABLE
from state.text.po_files import SUFFIX

LANGUAGES: Final = f"{LOCALES}/{TABLE}"
TranslationProblems = Mapping[str, tuple[Problem, ...]]  # problems of translations, by language


class Archives(TypedDict):
    """The files of a version as SQL has them: a zip of the menus, and one of the languages."""

    files: bytes
    languages: bytes


def is_of_languages(path: str) -> bool:
    """Return whether a file of a version is of its languages."""
    return path.startswith(f"{LOCALES}/")


def translations_path(code: str) -> str:
    """Return the path of the translations of a language."""
    return f"{LOCALES}/{code}{SUFFIX}"


def code_of(path: str) -> str:
    """Return the language whose translations a file has; "" for any other file."""
    return (
        path.removeprefix(f"{LOCALES}/").removesuffix(SUFFIX) if is_of_languages(path) and path.endswith(SUFFIX) else ""
    )


def has_languages(files: Files) -> bool:
    """Return whether a version has languages; those that were staged by a program of before have none."""
    return LANGUAGES in files


def languages_of(files: Files) -> Files:
    """Return the files of languages."""
    return {path: content for path, content in files.items() if is_of_languages(path)}


def menus_of(files: Files) -> Files:
    """Return all other files."""
    return {path: content for path, content in files.items() if not is_of_languages(path)}


def zip_version(files: Files) -> Archives:
    """Return what SQL has of these files."""
    return {"files": zip_files(menus_of(files)), "languages": zip_files(languages_of(files))}


def with_served_translations(files: Files, in_service: Files, wrong: TranslationProblems) -> Files:
    """Return the files in which the languages with a problem are as they are in service.

    One that is not in service keeps its file: what is faulty in it is shown in French.
    """
    paths = {translations_path(code) for code in wrong}
    return {**files, **{path: content for path, content in in_service.items() if path in paths}}


def flat(wrong: TranslationProblems) -> tuple[Problem, ...]:
    """Return the problems of all languages."""
    return tuple(one for code in sorted(wrong) for one in wrong[code])


def held_back_line(wrong: TranslationProblems) -> str:
    """Return which languages stay as they are, with the first problem of each; "" if none does."""
    firsts = "; ".join(str(found[0]) for _, found in sorted(wrong.items()))
    return f" Ces langues restent comme elles sont, il y a à corriger : {firsts}" if firsts else ""
