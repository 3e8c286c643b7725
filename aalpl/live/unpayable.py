"""What no budget can hold: calls whose answers nothing bounds, or that have no price. Found before a run, with their lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from aalpl.live.binding import Binding
from aalpl.live.purse import Budgets
from aalpl.program.nodes import Primitive
from aalpl.program.types import (
    Between,
    Distributed,
    Exactly,
    Int,
    Length,
    ListOf,
    Maybe,
    Record,
    Text,
    Type,
    Uniform,
)
from aalpl.report.diagnostic import Diagnostic, Label
from aalpl.run.prepare import Prepared
from aalpl.run.sites import AskSite

WILD = ("max_tokens", "max_completion_tokens", "n")
"""What a request may say that changes how much is written for it."""


def unpayable(
    prepared: Prepared, budgets: Budgets, bound: Callable[[Primitive], Binding | None]
) -> Iterator[Diagnostic]:
    """One diagnostic for each call that the run can reach; `bound` gives the binding of what is not simulated."""
    if budgets.cost is None and budgets.tokens is None:
        return
    reached = _reached(prepared)
    for site in prepared.linked.lowered.sites:
        if not isinstance(site, AskSite) or site.function not in reached:
            continue
        binding = bound(site.primitive)
        if binding is None:
            continue
        name, model = site.primitive.name, site.primitive.model.name
        label = Label(site.span, "this call")
        if wild := next((key for key in WILD if key in binding.more), None):
            title = f"`{wild}` in `more` of `{model}` goes past what budgets reckon with"
            hint = "leave it out; `most` bounds an answer"
            yield Diagnostic("unbounded-call", title, label, hint=hint)
        if binding.most is None and not bounded(site.type):
            title = f"nothing bounds what an answer of `{name}` costs"
            hint = f"give it a bound, such as `text[<= 500]`, or `{model}` a `most` in models.toml"
            yield Diagnostic("unbounded-call", title, label, hint=hint)
        if budgets.cost is not None and (binding.price_in is None or binding.price_out is None):
            hint = f"put `in` and `out` below `[models.{model}]` in models.toml"
            yield Diagnostic(
                "unpriced-call", f"`{model}` has no price, so no budget can hold it", label, hint=hint
            )


def bounded(type_: Type) -> bool:
    """Whether a contract says how long its longest answer is."""
    match type_:
        case Text(length):
            return _ends(length)
        case ListOf(element, length):
            return _ends(length) and bounded(element)
        case Record(fields):
            return all(bounded(inner) for _, inner in fields)
        case Maybe(value):
            return bounded(value)
        case Int(low, high):
            return low is not None and high is not None
        case _:
            return True


def _ends(length: Length) -> bool:
    return isinstance(length, Exactly | Between) or (
        isinstance(length, Distributed) and isinstance(length.law, Uniform)
    )


def _reached(prepared: Prepared) -> set[str]:
    lowered = prepared.linked.lowered
    reached, todo = set[str](), [prepared.function.name]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += lowered.calls.get(name, ())
    return reached
