"""A small stateful Kubernetes API that kubectl accepts."""
