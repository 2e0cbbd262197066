"""Alerts, from whatever sent them, as one shape."""
