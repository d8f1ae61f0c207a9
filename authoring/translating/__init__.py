"""Translations in the draft: every text of a version in one language, written and reviewed text by text.

    files of the working copy -> texts (texts.py) -> one language (language_texts.py) -> tried on the phone (trial.py)
    -> entries of its .po file (po_entries.py) -> the draft, like any other file (authoring/drafts/)

The .po files remain the store: who translated a text, what it is worth, and who reviewed it are comments of its entry
(notes.py). What translator and reviewer say to one another is in SQL (remarks.py).
"""
