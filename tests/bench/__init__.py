"""Tests of the benchmarks: what they send, add up and write."""
