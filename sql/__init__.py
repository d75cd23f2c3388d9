"""Files only: sql of Schoolbell."""
