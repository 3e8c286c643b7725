"""Potentials: what a system of rules pays, bounded by functions of its variables that linear programs find."""
