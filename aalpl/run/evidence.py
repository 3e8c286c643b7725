"""What became of the hypotheses: counted bounds, frequencies with their confidence intervals, assumptions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from aalpl.program import nodes as p
from aalpl.run.link import Linked
from aalpl.run.lower.hypotheses import Hypothesis
from aalpl.run.result import Evidence

Z = 3.29
"""Two-sided 99.9 %: one run in a thousand is called broken though it is not."""


def evidence(linked: Linked, assumptions: Sequence[tuple[p.Relation, bool | None]]) -> list[Evidence]:
    """Of every hypothesis that the run met."""
    found = [_assumption(relation, held) for relation, held in assumptions]
    found += [e for h in linked.lowered.hypotheses for e in _counted(h, linked)]
    if linked.fitted[0]:
        span = next(iter(linked.lowered.program.functions.values())).span
        found.append(Evidence("lengths fit", f"{linked.fitted[0]:,} cut or padded", False, span))
    return found


def interval(held: int, tested: int) -> tuple[float, float]:
    """Wilson's score interval for a probability, from `held` successes of `tested` trials."""
    share = held / tested
    centre = share + Z * Z / (2 * tested)
    spread = Z * math.sqrt(share * (1 - share) / tested + Z * Z / (4 * tested * tested))
    scale = 1 + Z * Z / tested
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def _assumption(relation: p.Relation, held: bool | None) -> Evidence:
    text = f"{relation.left} {relation.operator} {relation.right}"
    return Evidence(
        text, "at these sizes" if held is not None else "a size is not given", held, relation.span
    )


def _counted(h: Hypothesis, linked: Linked) -> list[Evidence]:
    c = linked.counters
    said: Any = c.limits[h.number]
    where = f"{h.subject} at line {h.place}"
    if h.kind == "at most":
        if said is None:
            return [Evidence(f"{where}: at most", "never taken", None, h.span)]
        most = c.most[h.number]
        return [Evidence(f"{where}: at most {said} times", f"at most {most:,}", most <= said, h.span)]
    tested, held = c.tested[h.number], c.held[h.number]
    if not tested:
        return [Evidence(f"{where}: with a probability", "never tested", None, h.span)]
    low, high = interval(held, tested)
    found = f"{held:,} of {tested:,}, so between {low:.3f} and {high:.3f}"
    return [Evidence(f"{where}: with probability {said}", found, low <= said <= high, h.span)]
