"""Text: languages, translations, encoding, pages, search and the form of answers."""
