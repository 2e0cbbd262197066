"""What the company knows of itself: the service catalogue."""
