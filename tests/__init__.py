"""Mirrors the tree; stories read like the manual."""
