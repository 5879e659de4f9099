"""The judge of Kubernetes manifests: what a schema cannot see, because it lies between two objects."""
