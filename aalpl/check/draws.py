"""Probabilities belong to draws (semantics 11): a test may carry one only where the tested value is fresh."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.report import Diagnostic


def stale(function: p.Function) -> list[Diagnostic]:
    """Tests with a probability whose value may be an old one."""
    return []
