"""GitHub: code, pull requests, checks and workflow runs."""
