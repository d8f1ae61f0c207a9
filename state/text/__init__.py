"""Texts: languages, translations, encoding, pagination, search and canonical answers."""
