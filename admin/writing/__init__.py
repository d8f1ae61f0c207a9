"""Pages on which operators write the draft of the menus."""
