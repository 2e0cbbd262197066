"""Terraform that closes a security finding: one small edit where the resource is declared, or what goes beside it."""
