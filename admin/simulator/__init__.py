"""The simulator: a phone in the browser, over a sandbox that no citizen shares."""
