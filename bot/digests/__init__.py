"""What is posted by itself, on schedule."""
