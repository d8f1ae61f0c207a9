"""One conversation, without HTTP or SQL: session, menus, rendering, texts, store and YAML files."""
