"""What waits of translations: texts to review and to translate in the languages that citizens are offered."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from typing import Final

from admin.context import AdminContext
from admin.permissions import CurrentUser
from admin.start.task import Task
from admin.translating.languages_page import draft_of
from admin.visible_files import VisibleFiles
from authoring.drafts.draft_languages import languages_in
from authoring.drafts.working_copy import WorkingCopy
from authoring.translating.known_texts import language_texts
from authoring.translating.language_texts import LanguageTexts, State, Translation
from notifications.task_kinds import Waiting
from reporting.french import format_count

TO_REVIEW: Final[tuple[State, ...]] = ("draft", "attested")
TO_TRANSLATE: Final[tuple[State, ...]] = ("missing", "old", "faulty")


async def language_tasks(desk: AdminContext, visitor: CurrentUser, visible: VisibleFiles) -> list[Task]:
    """Return what is to be reviewed and translated."""
    draft = await draft_of(desk)
    if draft is None:
        return []
    return await asyncio.to_thread(_tasks, draft, visible, visitor, desk.menus.current.offered)


def _tasks(draft: WorkingCopy, visible: VisibleFiles, visitor: CurrentUser, offered: Collection[str]) -> list[Task]:
    found = [texts for code in languages_in(draft.files) if code in offered and (texts := language_texts(draft, code))]
    return [task for one in found for task in _of_language(visible.texts(one), visible, visitor)]


def _of_language(texts: LanguageTexts, visible: VisibleFiles, visitor: CurrentUser) -> Iterator[Task]:
    address, title = f"/traduire/{texts.language.code}", texts.language.name
    unread = [one for one in texts.translations.values() if one.state in TO_REVIEW]
    if unread:
        # The texts that this reader may review; if there are none, those that wait for others.
        own = [one for one in unread if _may_review(one, visible, visitor)]
        count = format_count(len(own or unread), "texte", "textes")
        notified = Waiting("translations", texts.language.code, len(own))
        yield Task(f"{title} : {count} à relire", address, "review", notified=notified, is_barred=not own)
    left = sum(one.state in TO_TRANSLATE for one in texts.translations.values())
    if left:
        yield Task(f"{title} : {format_count(left, 'texte', 'textes')} à traduire", address, "translate")


def _may_review(one: Translation, visible: VisibleFiles, visitor: CurrentUser) -> bool:
    is_own_work = one.notes.translated is not None and one.notes.translated.by == visitor.name
    return not is_own_work and visible.may_change_text(one.text)
