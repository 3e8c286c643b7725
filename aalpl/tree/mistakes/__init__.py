"""Puts syntax mistakes into words. One mistake is one diagnostic; what explains it best is asked first."""

from __future__ import annotations

from collections.abc import Sequence

from aalpl.report import Diagnostic, Source, Span
from aalpl.tree.engine import TooDeep
from aalpl.tree.mistakes import letters as _letters
from aalpl.tree.mistakes.blocks import blocks
from aalpl.tree.mistakes.brackets import brackets
from aalpl.tree.mistakes.habits import habits
from aalpl.tree.mistakes.letters import letters
from aalpl.tree.mistakes.site import Site
from aalpl.tree.mistakes.words import words
from aalpl.tree.scan import Token


def explain(source: Source, tokens: Sequence[Token], index: int, start: str) -> Diagnostic:
    """What is wrong with the token at `index`, which is not allowed where it stands."""
    site = Site(source, tokens, index, start)
    for diagnose in (letters, habits, brackets, blocks):
        if found := diagnose(site):
            return found
    return words(site)


def too_deep(source: Source, place: TooDeep) -> Diagnostic:
    """What is nested too deep."""
    return _letters.too_deep(Span(source, place.start, place.end))
