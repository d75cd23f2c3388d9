"""Files only: templates of Schoolbell."""
