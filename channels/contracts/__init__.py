"""What every channel, sender and webhook agrees on."""
