"""Rules of the house, held by tests."""
