"""Grafana by its HTTP API: the alerts that it has firing, and what people and pipelines annotated."""
