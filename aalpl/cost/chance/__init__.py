"""Expectations by structure: what is paid, backwards from the end, in closed form."""
