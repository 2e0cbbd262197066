"""Grafana's HTTP API, for the tools to be tried against."""
