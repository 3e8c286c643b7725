"""Phrases as text: `m_q*(b*k*l + b*(b-1)/2)` as programs write it, with `·` and `²` for people, or in LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable

from aalpl.cost.words.arrange import phrase
from aalpl.cost.words.phrase import (
    Call,
    Choice,
    Fold,
    Member,
    Name,
    Number,
    Order,
    Phrase,
    Power,
    Product,
    Sum,
)
from aalpl.program.size import Size

CHOICE, SUM, PRODUCT, POWER, ATOM = range(5)


def spelled(size: Size, first: Iterable[str] = ()) -> str:
    """A size as programs write it; symbols in `first` lead every product."""
    return text(phrase(size, first))


def pretty(written: str) -> str:
    """The same with `·` for `*` and raised digits; the report's ink turns both back where they cannot be shown."""
    raised = re.sub(r"\^(\d+)(?![\w.(])", lambda found: _RAISED.get(found[1], found[0]), written)
    return raised.replace("*", "·")


_RAISED = {"2": "²", "3": "³"}


def text(found: Phrase, outside: int = CHOICE) -> str:
    """A phrase as programs write it, in brackets where what stands outside binds closer."""
    written, level = _text(found)
    return f"({written})" if level < outside else written


def _text(found: Phrase) -> tuple[str, int]:
    match found:
        case Number(value):
            return str(value), ATOM
        case Name(name):
            return name, ATOM
        case Member(family, indices):
            inside = ", ".join(map(text, indices))
            return (f"{family[:-1]}[{inside}])" if family.endswith(")") else f"{family}[{inside}]"), ATOM
        case Sum(terms):
            return _joined(terms), SUM
        case Product(above, below):
            return _quotient(above, below), PRODUCT
        case Power(base, exponent):
            return f"{text(base, ATOM)}^{text(exponent, ATOM)}", POWER
        case Call(function, args):
            return f"{function}({', '.join(map(text, args))})", ATOM
        case Fold(operator, index, low, high, body):
            return f"{operator}({index} in {text(low)}..{text(high)}: {text(body)})", ATOM
        case Choice(conditions, then, orelse):
            holds = " and ".join(map(_order, conditions))
            return f"{text(then, SUM)} if {holds} else {text(orelse)}", CHOICE


def _order(found: Order) -> str:
    return f"{text(found.left, SUM)} {'>' if found.strict else '>='} {text(found.right, SUM)}"


def _joined(terms: tuple[tuple[bool, Phrase], ...]) -> str:
    tight = len(terms) == 2 and all(isinstance(term, Number | Name) for _, term in terms)
    gap = "" if tight else " "
    parts = [f"{gap}{'-' if minus else '+'}{gap}{text(term, PRODUCT)}" for minus, term in terms]
    head = parts[0].strip()
    return ("-" + head[1:].strip() if terms[0][0] else head[1:].strip()) + "".join(parts[1:])


def _quotient(above: tuple[Phrase, ...], below: tuple[Phrase, ...]) -> str:
    top = "*".join(text(part, POWER) for part in above)
    if not below:
        return top
    bottom = "*".join(text(part, POWER) for part in below)
    return f"{top}/{bottom}" if len(below) == 1 else f"{top}/({bottom})"


# -- LaTeX -----------------------------------------------------------------------------------------------------------


def latex(found: Phrase, outside: int = CHOICE) -> str:
    """A phrase in LaTeX's mathematics."""
    written, level = _latex(found)
    return rf"\left({written}\right)" if level < outside else written


def _latex(found: Phrase) -> tuple[str, int]:
    match found:
        case Number(value):
            return str(value), ATOM
        case Name(name):
            return latex_name(name), ATOM
        case Member(family, indices):
            return rf"{latex_name(family)}_{{[{', '.join(map(latex, indices))}]}}", ATOM
        case Sum(terms):
            written = "".join(f" {'-' if minus else '+'} {latex(term, PRODUCT)}" for minus, term in terms)
            return (written[3:] if not terms[0][0] else "-" + written[3:]), SUM
        case Product(above, below):
            top = r" \, ".join(latex(part, SUM if below and len(above) == 1 else POWER) for part in above)
            if not below:
                return top, PRODUCT
            bottom = r" \, ".join(latex(part, SUM if len(below) == 1 else POWER) for part in below)
            return rf"\frac{{{top}}}{{{bottom}}}", PRODUCT
        case Power(base, exponent):
            return f"{latex(base, ATOM)}^{{{latex(exponent)}}}", POWER
        case Call("floor", (arg,)):
            return rf"\left\lfloor {latex(arg)} \right\rfloor", ATOM
        case Call("ceil", (arg,)):
            return rf"\left\lceil {latex(arg)} \right\rceil", ATOM
        case Call(function, args):
            inside = ", ".join(map(latex, args))
            return rf"{_functions(function)}\left({inside}\right)", ATOM
        case Fold(operator, index, low, high, body):
            sign = _FOLDS[operator]
            return rf"{sign}_{{{index}={latex(low)}}}^{{{latex(high)}}} {latex(body, PRODUCT)}", PRODUCT
        case Choice(conditions, then, orelse):
            holds = r" \land ".join(map(_latex_order, conditions))
            rows = rf"{latex(then)} & {holds} \\ {latex(orelse)} & \text{{otherwise}}"
            return rf"\begin{{cases}} {rows} \end{{cases}}", CHOICE


def _latex_order(found: Order) -> str:
    return f"{latex(found.left, SUM)} {'>' if found.strict else chr(92) + 'ge'} {latex(found.right, SUM)}"


_FOLDS = {"sum": r"\sum", "prod": r"\prod", "max": r"\max", "min": r"\min"}


def _functions(name: str) -> str:
    return rf"\{name}" if name in ("max", "min", "log") else latex_name(name)


def latex_name(name: str) -> str:
    """`m_q` with an index below, `x'` with its prime; longer names upright."""
    head, _, index = name.partition("_")
    body = re.sub(r"[_@<.:]", lambda found: r"\_" if found[0] == "_" else rf"\text{{{found[0]}}}", index)
    base = head if len(head.rstrip("'")) == 1 else rf"\mathrm{{{_escaped(head)}}}"
    return rf"{base}_{{{body if len(index) == 1 else chr(92) + f'mathrm{{{body}}}'}}}" if index else base


def _escaped(text: str) -> str:
    return text.replace("@", r"\text{@}").replace("<", r"\text{<}").replace(" ", r"\ ")
