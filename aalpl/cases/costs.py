"""`cost` blocks: each line names a quantity and a formula; what the analysis derives is compared with it as mathematics.

`=` means exactly so: the exact form, or equal lower and upper bounds. `<=` names the derived upper bound, or one above
it that it touches; `>=` the lower one in the same way. `worst` and `best` are the two ends, each from both sides, so that
`worst calls = E` needs a behaviour that reaches E; `expected` is the expectation. `unknown` may stand where nothing is
derived.
"""

from __future__ import annotations

from aalpl.cases.equal import Domain, bounds, equal
from aalpl.cases.formula import formula
from aalpl.cases.quantity import Line, line, lines, silent
from aalpl.cases.sizes import parse
from aalpl.cases.views import Request, checked, function_of
from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Answer, Quantity
from aalpl.program.size import Size, const
from aalpl.program.types import Int

UNKNOWN = "unknown"


def settled(asked: Request, text: str) -> str:
    """The block's text, with the derived formula in every line that does not hold."""
    program = checked(asked)
    function = program.functions[function_of(program, asked)]
    under = dict.fromkeys(line.quantity.under for line in lines(text) if line.quantity.under)
    analysis = analyse(program, function.name, costmodels=("primitive", *under))
    at = {name: const(value) for name, value in parse(asked.at).items()}
    domain = Domain(
        program.assumptions, frozenset(p.name for p in function.params if isinstance(p.type, Int))
    )
    return "".join(
        f"{row if silent(row) else _settled(row, analysis, at, domain)}\n" for row in text.splitlines()
    )


def _settled(row: str, analysis: Analysis, at: dict[str, Size], domain: Domain) -> str:
    wanted = line(row)
    found = [size.replace(at) for size in _ends(wanted, answer(analysis, wanted)) if size is not None]
    if wanted.value == UNKNOWN:
        return wanted.with_value(str(found[0])) if found else row
    value = formula(wanted.value).replace(at)
    if any(_holds(wanted.relation, size, value, domain) for size in found):
        return row
    return wanted.with_value(str(found[0]) if found else UNKNOWN)


def _holds(relation: str, found: Size, value: Size, domain: Domain) -> bool:
    match relation:
        case "<=":
            return bounds(found, value, domain)
        case ">=":
            return bounds(value, found, domain)
        case _:
            return equal(found, value, domain)


def answer(analysis: Analysis, wanted: Line) -> Answer:
    """What the analysis says of a line's quantity."""
    asked = wanted.quantity
    model = (asked.under or "primitive") if asked.name == "cost" else None
    quantity = Quantity(asked.name, model, asked.span)
    return analysis.answer(quantity, primitive=asked.by or None, model=asked.of or None)


def _ends(wanted: Line, found: Answer) -> tuple[Size | None, ...]:
    """The formulas that would make the line true."""
    best = found.surely if found.conditional else found.lower
    match wanted.quantity.which, wanted.relation:
        case "worst", "=":
            return (
                (found.upper,) if _same(found.upper, found.lower) or _same(found.upper, found.reached) else ()
            )
        case "best", "=":
            return (best,) if _same(best, found.upper) or _same(best, found.least) else ()
        case "worst", "<=":
            return (found.upper,)
        case "worst", _:
            return (found.reached, found.lower)
        case "best", ">=":
            return (best,)
        case "best", _:
            return (found.least, found.upper)
        case "expected", "<=":
            return (found.expected.high,)
        case "expected", ">=":
            return (found.expected.low,)
        case "expected", _:
            low, high = found.expected.low, found.expected.high
            return (low,) if low is not None and high is not None and equal(low, high) else ()
        case _, "<=":
            return (found.upper,)
        case _, ">=":
            return (found.lower,)
        case _:
            both = found.lower is not None and found.upper is not None and equal(found.lower, found.upper)
            return (found.exact, found.upper if both else None)


def _same(one: Size | None, two: Size | None) -> bool:
    return one is not None and two is not None and equal(one, two)
