"""Executes an integer form symbolically: exact costs by structure."""
