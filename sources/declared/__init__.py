"""Sources that operators declare in menus/sources: questions that an administration's HTTP API answers."""
