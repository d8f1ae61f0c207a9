"""The publication of exam results: sets of rows, who may be told them, and from which hour on."""
