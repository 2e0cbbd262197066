"""Kubernetes manifests and Helm values held to the schemas of what would read them."""
