"""Words the diagnostics for names that are declared nowhere: one for what one missing line would have declared."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from aalpl.check.problems import Missing
from aalpl.report import Diagnostic, Label


def diagnostics(missing: Iterable[Missing]) -> list[Diagnostic]:
    """One diagnostic for each mistake that explains the names."""
    typos: list[Missing] = []
    others: list[Missing] = []
    for each in missing:
        (typos if len(each.name) > 3 and nearest(each.name, each.known, 0.8) else others).append(each)
    sizes = [each for each in others if each.role == "size"]
    calls = [each for each in others if each.role in ("function", "model")]
    variables = [each for each in others if each.role == "variable"]
    rest = [each for each in others if each not in sizes and each not in calls and each not in variables]
    if len(calls) == 1 and sizes:
        groups = [[calls[0], *sizes]]
    else:
        groups = [*([each] for each in calls), sizes]
    if sizes and variables and not calls:
        groups[-1] = [*sizes, *variables]
    elif variables:
        groups.append(variables)
    return [_worded(group) for group in (*([each] for each in (*typos, *rest)), *groups) if group]


def nearest(name: str, known: Sequence[str], cutoff: float = 0.6) -> str | None:
    """The known name that looks most like `name`, if one does."""
    plain = {other.casefold(): other for other in known}
    if name.casefold() in plain:
        return plain[name.casefold()]
    found = difflib.get_close_matches(name, known, 1, cutoff)
    return found[0] if found else None


def listed(names: Sequence[str]) -> str:
    """`` `a`, `b` and `c` ``."""
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])} and {quoted[-1]}"


def _worded(group: Sequence[Missing]) -> Diagnostic:
    first = min(group, key=lambda each: each.span.start)
    lead = next((each for each in group if each.role not in ("size", "variable")), first)
    ordered = sorted(group, key=lambda each: (each is not lead, each.span.start))
    names = listed([each.name for each in ordered])
    title = f"{names} {'is' if len(group) == 1 else 'are'} not declared"
    others = tuple(Label(each.span, "and here") for each in ordered if each is not first)
    others += tuple(label for each in ordered for label in each.others)
    label = Label(first.span, f"no {first.role} of this name")
    return Diagnostic("unknown-name", title, label, others, _hint(ordered, lead))


def _hint(group: Sequence[Missing], lead: Missing) -> str | None:
    if len(group) == 1 and (guess := nearest(lead.name, lead.known)) is not None:
        return f"did you mean `{guess}`?"
    names = ", ".join(each.name for each in group if each.role in ("size", "variable"))
    match lead.role:
        case "size":
            return f"declare {'it' if len(group) == 1 else 'them'}: `size {names}`"
        case "variable":
            them = "it" if len(group) == 1 else "them"
            return f"assign {them} first, or declare {them}: `size {names}`"
        case "function" if names:
            return f"declare it with its size: `llm {lead.name}(…) -> … size {names}`"
        case "function":
            return f"define it with `def {lead.name}(…):`, or declare it with `llm` or `oracle`"
        case "model":
            return f"declare it: `model {lead.name} size {names or '…'}`"
        case "type":
            return f"declare it: `type {lead.name} = …`"
        case _:
            return f"declare it: `costmodel {lead.name} = …`"
