"""What can be done to the world. CATALOGUE names every tool; what is not listed does not exist."""
