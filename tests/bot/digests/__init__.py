"""What is asked by itself."""
