"""The command `zin`."""
