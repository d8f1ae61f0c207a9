"""Pages on which translators and reviewers work."""
