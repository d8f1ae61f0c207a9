"""Drills: faults and upgrades of a whole installation under callers who check every answer: `make drill`."""
