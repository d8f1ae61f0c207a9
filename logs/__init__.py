"""What a process says of itself: every logger in one form, and nothing personal or secret in any line."""
