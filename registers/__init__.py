"""Registers: Zin's own tables of citizens' facts, which administrations feed with files and single rows."""
