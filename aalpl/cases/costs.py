"""`cost` blocks: each line names a quantity and a formula; what the analysis derives is compared with it as mathematics.

`=` means exactly so: the exact form, or equal lower and upper bounds. `<=` names the derived upper bound, `>=` the lower
one. `worst` and `best` are the two ends, `expected` the expectation; `unknown` may stand where nothing is derived.
"""

from __future__ import annotations

from aalpl.cases.equal import equal
from aalpl.cases.formula import formula
from aalpl.cases.quantity import Line, lines
from aalpl.cases.sizes import parse
from aalpl.cases.views import Request, checked, function_of
from aalpl.cost import analyse
from aalpl.cost.result import Analysis, Answer, Quantity
from aalpl.program.size import Size, const

UNKNOWN = "unknown"


def settled(asked: Request, text: str) -> str:
    """The block's text, with the derived formula in every line whose own is not equal to it."""
    program = checked(asked)
    wanted = lines(text)
    under = tuple(dict.fromkeys(line.quantity.under for line in wanted if line.quantity.under))
    analysis = analyse(program, function_of(program, asked), costmodels=("primitive", *under))
    at = {name: const(value) for name, value in parse(asked.at).items()}
    rows = {line.written + line.relation + line.value: _settled(line, analysis, at) for line in wanted}
    return "".join(f"{rows.get(_key(row), row)}\n" for row in text.splitlines())


def _key(row: str) -> str:
    found = lines(row)
    return found[0].written + found[0].relation + found[0].value if found else row


def _settled(line: Line, analysis: Analysis, at: dict[str, Size]) -> str:
    found = [size.replace(at) for size in _ends(line, answer(analysis, line)) if size is not None]
    original = f"{line.written} {line.relation} {line.value}"
    if line.value == UNKNOWN:
        return line.with_value(str(found[0])) if found else original
    wanted = formula(line.value).replace(at)
    if any(equal(size, wanted) for size in found):
        return original
    return line.with_value(str(found[0]) if found else UNKNOWN)


def answer(analysis: Analysis, line: Line) -> Answer:
    """What the analysis says of the line's quantity."""
    asked = line.quantity
    model = (asked.under or "primitive") if asked.name == "cost" else None
    quantity = Quantity(asked.name, model, asked.span)
    return analysis.answer(quantity, primitive=asked.by or None, model=asked.of or None)


def _ends(line: Line, found: Answer) -> tuple[Size | None, ...]:
    """The formulas that would make the line true."""
    match line.quantity.which, line.relation:
        case "worst", _:
            return (found.upper,)
        case "best", _:
            return (found.lower,)
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
