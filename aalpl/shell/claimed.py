"""The claims of a program decided, those from the cache that nothing has changed for."""

from __future__ import annotations

from aalpl.cost.claims import wording
from aalpl.cost.claims.pieces import pieces
from aalpl.cost.claims.wording import Verdict
from aalpl.program.nodes import Claim, Program
from aalpl.report.diagnostic import Diagnostic
from aalpl.shell.cache import Cache, opened

KEPT = ("true", "false", "void")  # what is undecided today may be decided with more time


def told(program: Program, *, no_cache: bool) -> list[Diagnostic]:
    """A diagnostic for each claim that is not true."""
    cache = None if no_cache else opened("claims")
    keys = [] if cache is None else [cache.key(pieces(program, claim)) for claim in program.claims]
    known = {key: found for key in keys if cache is not None and (found := cache.get(key)) is not None}
    verdicts = {
        i: _read(c, known[k])
        for i, (c, k) in enumerate(zip(program.claims, keys, strict=False))
        if k in known
    }
    left = [i for i in range(len(program.claims)) if i not in verdicts]
    if left:
        from aalpl.cost.claims.verdict import decisions

        for i, verdict in zip(left, decisions(program, [program.claims[i] for i in left]), strict=True):
            verdicts[i] = verdict
            if cache is not None and verdict.outcome in KEPT:
                _write(cache, keys[i], verdict)
    words = (wording.told(verdicts[i]) for i in range(len(program.claims)))
    return [diagnostic for diagnostic in words if diagnostic is not None]


def _read(claim: Claim, found: dict[str, str]) -> Verdict:
    return Verdict(claim, found["outcome"], found.get("reason", ""), found.get("instead", ""))


def _write(cache: Cache, key: str, verdict: Verdict) -> None:
    cache.put(key, {"outcome": verdict.outcome, "reason": verdict.reason, "instead": verdict.instead})
