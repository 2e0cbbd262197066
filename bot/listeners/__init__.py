"""Slack payloads become asks and votes, a few lines each; nothing is done here."""
