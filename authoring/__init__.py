"""Work on menus: validation, versions, comparison, replay, translation files."""
