"""Sizes taken apart, tidied, and proved to be non-negative."""
