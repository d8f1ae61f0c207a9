"""One conversation, and nothing of HTTP or SQL: hop, machine, pages, words, store, loader, lint, screens."""
