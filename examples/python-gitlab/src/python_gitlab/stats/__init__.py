"""Counts requests, across all replicas."""
