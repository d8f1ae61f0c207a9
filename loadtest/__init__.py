"""Results day before its day: made-up candidates, a made-up crowd, and every answer held against the file."""
