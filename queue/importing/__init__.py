"""Data that comes in: readers that check everything before a row is kept, and the sample."""
