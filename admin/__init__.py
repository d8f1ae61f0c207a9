"""What operators look at: the phone in the terminal."""
