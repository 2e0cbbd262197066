"""Datadog by its HTTP API: metric queries that people ask for, and the monitors that alert."""
