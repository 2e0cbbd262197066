"""Kubernetes, one client file and one file a topic."""
