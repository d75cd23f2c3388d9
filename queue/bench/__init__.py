"""Measurements: each prints its command, its rows and its machine, and compares within one run."""
