"""Where people are, and where the parts meet."""
