"""The simulator: a phone in the browser, on a sandbox separate from citizens."""
