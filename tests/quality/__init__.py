"""Tests of the project itself: names, documents, pages, monitoring."""
