"""Files of menus that operators download and send back: read within limits, and compared with the draft."""
