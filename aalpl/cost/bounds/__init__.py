"""Suprema and infima over what is observed, and choices that reach them."""
