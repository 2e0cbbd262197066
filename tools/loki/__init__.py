"""Loki by its HTTP API: what a workload's logs say, also those of pods that are gone."""
