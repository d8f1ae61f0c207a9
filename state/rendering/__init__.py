"""Renders a screen and its values as the text of a channel, in pages that fit."""
