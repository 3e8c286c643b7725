"""Rounds times sizes: how often the rules of a component are used, and how large its variables are there."""
