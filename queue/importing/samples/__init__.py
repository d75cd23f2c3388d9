"""Real data for the demonstration; README.md names the source."""
