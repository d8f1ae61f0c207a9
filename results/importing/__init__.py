"""Reads a ministry's results file, checks it against the exam, and reports on it; nothing is stored."""
