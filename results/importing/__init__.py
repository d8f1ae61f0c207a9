"""A file of results that a ministry hands over: read, held against the exam, and reported on; nothing is stored."""
