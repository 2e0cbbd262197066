"""Tables made from code, and decisions."""
