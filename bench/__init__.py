"""Benchmarks; their results are in results.md."""
