"""Long runs under kills: `make soak`."""
