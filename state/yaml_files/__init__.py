"""Strict reading of YAML files that operators write; each problem has file, line and column."""
