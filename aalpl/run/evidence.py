"""What became of the hypotheses: counted bounds, frequencies with their confidence intervals, assumptions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from aalpl.program import nodes as p
from aalpl.report.diagnostic import Diagnostic, Label
from aalpl.run.ledger import Entry, Ledger
from aalpl.run.link import Linked
from aalpl.run.lower.hypotheses import Hypothesis
from aalpl.run.meter import Meter
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


def windows(
    meter: Meter, ledger: Ledger, known: Mapping[str, Any]
) -> tuple[list[Evidence], list[Diagnostic]]:
    """Whether every call fitted its model's context window (semantics 23), and where the first did not."""
    longest: dict[str, tuple[int, Any, Entry]] = {}
    for number, read, written in meter.counts:
        entry = ledger.entry(number)
        if entry.site.primitive.model.window is None:
            continue
        tokens = read + written + int(entry.overhead(known) or 0)
        window = entry.window(known)
        if entry.model not in longest or tokens > longest[entry.model][0]:
            longest[entry.model] = (tokens, window, entry)
    found, broken = [], []
    for model, (tokens, window, entry) in longest.items():
        text = f"calls fit the window of `{model}`"
        span = entry.site.span
        if window is None:
            found.append(Evidence(text, f"at most {tokens:,} tokens, the window is not given", None, span))
            continue
        held = tokens <= window
        found.append(Evidence(text, f"at most {tokens:,} of {int(window):,} tokens", held, span))
        if not held:
            title = f"a call of `{entry.site.primitive.name}` takes {tokens:,} tokens, the window is {int(window):,}"
            broken.append(Diagnostic("window-exceeded", title, Label(span, "this call")))
    return found, broken


def obligations(linked: Linked, function: str, stopped: bool) -> list[Evidence]:
    """Conditions that nobody could prove: each was checked wherever the run came by, and a broken one ended it."""
    lowered = linked.lowered
    reached, todo = set[str](), [function]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += lowered.calls.get(name, ())
    listed = [o for o in lowered.program.obligations if o.status == "listed" and o.kind != "window"]
    return [
        Evidence(o.text, "checked while running", None if stopped else True, o.span)
        for o in listed
        if o.function in reached
    ]


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
