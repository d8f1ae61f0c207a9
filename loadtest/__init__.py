"""Load test of results day: made-up candidates and citizens, and every answer compared with the results file."""
