"""What runs out, when, and what to do before."""
