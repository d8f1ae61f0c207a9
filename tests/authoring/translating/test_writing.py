"""Translations in the draft: written by one, reviewed by another, and nothing of another's work lost."""

from __future__ import annotations

import asyncio

import pytest

from authoring.translating.suggestions import alike, glossary
from authoring.translating.writing import EntryChanged
from authoring.versions.errors import MenusRefused
from state.menu.phrases import KEY
from tests.authoring.drafts.test_menu_drafts import Desk
from tests.support.menu_versions import audited_actions
from tests.support.translators import AA, BACK, FRUIT, WELCOME, Translators

pytestmark = pytest.mark.slow


async def test_states_are_those_of_the_file(translators: Translators) -> None:
    found = (await translators.texts()).translations.values()
    states = {(one.text.one, one.text.sense): one.state for one in found}
    assert [states[FRUIT, ""], states[BACK, KEY], states["Accueil", KEY], states["Suite", KEY]] == [
        "draft", "reviewed", "attested", "old"]  # fmt: skip
    counts = (await translators.texts()).counts()
    assert (counts["attested"], counts["reviewed"], counts["old"]) == (1, 1, 1)
    assert sum(counts.values()) == len((await translators.texts()).texts)


async def test_translation_of_changed_french_is_shown_as_old(translators: Translators) -> None:
    await translators.save("awa", WELCOME, "Ɔ wɛ dɔ")
    file = (await translators.file()).replace('msgid "Bienvenue"', "#. écran home.welcome : ce que dit l'écran\nmsgid "
                                              '"Bienvenue"')  # fmt: skip
    await translators.desk.drafts.save("awa", AA, file.encode(), seen=await translators.desk.seen(AA))
    await translators.desk.change("home.yaml", "say: Bienvenue", "say: Bonjour")
    one = await translators.one("Bonjour")
    assert (one.state, one.forms, one.french_before) == ("old", ("Ɔ wɛ dɔ",), WELCOME)


async def test_translation_is_saved_with_who_wrote_it(translators: Translators) -> None:
    before = await translators.file()
    await translators.save("awa", FRUIT, "Fɔ dɔ ?")
    one = await translators.one(FRUIT)
    assert (one.state, one.forms, one.notes.translated and one.notes.translated.by) == ("draft", ("Fɔ dɔ ?",), "awa")
    changed = {line for line in (await translators.file()).splitlines() if line not in before.splitlines()}
    assert sorted(line.partition(",")[0] for line in changed) == ["# traduit : awa", 'msgstr "Fɔ dɔ ?"']
    assert (await audited_actions(translators.desk.bench))[-1] == ("awa", "draft save", AA)


async def test_reviewer_is_another_than_the_translator(translators: Translators) -> None:
    await translators.save("awa", FRUIT, "Fɔ dɔ ?")
    with pytest.raises(MenusRefused, match="une autre personne la relit"):
        await translators.accept("awa", FRUIT)
    await translators.accept("bio", FRUIT)
    one = await translators.one(FRUIT)
    assert (one.state, one.notes.reviewed and one.notes.reviewed.by) == ("reviewed", "bio")
    await translators.save("awa", FRUIT, "Fɔ ?")
    assert (await translators.one(FRUIT)).state == "draft"


async def test_nothing_to_review_is_refused(translators: Translators) -> None:
    with pytest.raises(MenusRefused, match="rien à relire"):
        await translators.accept("bio", "Suite")


async def test_fault_is_refused_and_nothing_is_saved(translators: Translators) -> None:
    before = await translators.file()
    with pytest.raises(MenusRefused, match=r"\{legume\} n'est pas dans le français"):
        await translators.save("awa", FRUIT, "Fɔ {legume} ?")
    assert await translators.file() == before


async def test_two_write_two_texts_of_one_file_at_once(translators: Translators) -> None:
    typed = [await translators.typed(FRUIT, "Fɔ dɔ ?"), await translators.typed(WELCOME, "Ɔ wɛ dɔ")]
    others = [Translators(Desk(translators.desk.bench)) for _ in typed]
    await asyncio.gather(*(one.writing.save("awa", "aa", what) for one, what in zip(others, typed, strict=True)))
    assert [(await translators.one(french)).forms for french in (FRUIT, WELCOME)] == [("Fɔ dɔ ?",), ("Ɔ wɛ dɔ",)]


async def test_text_that_another_changed_is_not_overwritten(translators: Translators) -> None:
    mine = await translators.typed(FRUIT, "Fɔ mɔ ?")
    await translators.save("bio", FRUIT, "Fɔ dɔ ?")
    with pytest.raises(EntryChanged):
        await translators.writing.save("awa", "aa", mine)
    assert (await translators.one(FRUIT)).forms == ("Fɔ dɔ ?",)


async def test_emptied_translation_is_shown_in_french_again(translators: Translators) -> None:
    await translators.save("awa", FRUIT, "")
    assert (await translators.one(FRUIT)).state == "missing"


async def test_reviewed_translation_is_published(translators: Translators) -> None:
    await translators.save("awa", FRUIT, "Fɔ dɔ ?", basis="un livre")
    version = await translators.desk.publish(await translators.desk.drafts.working_copy())
    edition = (await translators.desk.bench.versions.compiled.get(version)).edition
    assert edition.wordings["aa"].translate(FRUIT) == "Fɔ dɔ ?"
    assert (await translators.one(FRUIT)).state == "attested"


async def test_short_and_like_texts_help_to_translate(translators: Translators) -> None:
    await translators.desk.change("home.yaml", "say: Bienvenue", "say: Retour à quel fruit ?")
    texts = await translators.texts()
    text = next(one for one in texts.texts.values() if one.one.startswith("Retour à"))
    assert [(one.french, one.said) for one in glossary(texts, text)] == [(FRUIT, "Fɔ ?"), (BACK, "Bɔ")]
    assert [one.french for one in alike(texts, text)] == [FRUIT]
