"""Prometheus by its HTTP API: a service's numbers, firing alerts, and queries that people ask for."""
