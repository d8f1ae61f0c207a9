"""Log lines of a process: every logger in one format, without personal data or secrets."""
