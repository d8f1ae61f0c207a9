"""The same calls as Zin's answered by ussd-menu-builder, to measure both side by side."""
