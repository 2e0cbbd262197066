"""What the team knows about its own systems."""
