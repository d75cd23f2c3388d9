"""Files only: static of Schoolbell."""
