"""What ended, counted and told."""
