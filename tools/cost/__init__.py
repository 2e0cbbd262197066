"""What it costs: bills in FOCUS files and Cost Explorer, what changed in them, and what could be saved."""
