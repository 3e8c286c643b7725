"""The claims of a program decided, those from the cache that nothing has changed for."""

from __future__ import annotations

from aalpl.cost.claims import wording
from aalpl.program.excerpt import Pieces
from aalpl.program.nodes import Program
from aalpl.report import Diagnostic, Source
from aalpl.shell import cache


def told(program: Program, source: Source, *, no_cache: bool) -> list[Diagnostic]:
    """A diagnostic for each claim that is not true."""
    memo = cache.memo(no_cache=no_cache)
    words = [wording.told(verdict) for verdict in memo.verdicts(Pieces(program, source))]
    memo.keep()
    return [diagnostic for diagnostic in words if diagnostic is not None]
