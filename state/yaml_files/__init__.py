"""YAML files that operators write: read strictly, with faults that say file, line and column."""
