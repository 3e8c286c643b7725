"""Transition systems as text, in the format of KoAT: read and written."""
