"""Lowers a checked program, once, to a Python code object whose functions yield requests (see `program.py`)."""

from aalpl.run.lower.program import Lowered, lower

__all__ = ["Lowered", "lower"]
