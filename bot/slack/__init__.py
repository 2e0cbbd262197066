"""Slack as a place to write: threads, streams, cards, the directory."""
