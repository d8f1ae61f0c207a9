"""Benchmarks: what a hop costs, kept with the results so far in results.md."""
