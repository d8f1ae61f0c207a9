"""From a screen and its values to the text of a channel, in pages that fit."""
