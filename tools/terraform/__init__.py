"""Terraform, read and judged: never run on what a stranger wrote before the scan says it is harmless."""
