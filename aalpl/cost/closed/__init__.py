"""Closed forms: sums over an index, and recurrences."""
