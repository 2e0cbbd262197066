"""Kubernetes: readings that explain, and the three changes that can be undone."""
