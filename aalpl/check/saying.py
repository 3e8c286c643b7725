"""Expressions in words: as people write them, for conditions that are shown."""

from __future__ import annotations

from aalpl.program import nodes as p
from aalpl.program.show import text

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "//": 2, "mod": 2, "^": 3}


def said(of: p.Expr, outer: int = 0) -> str:
    """`i*l + l`, `x[i*l : i*l + l]`, `len(notes)`; temporaries by what they hold."""
    match of:
        case p.Variable(name):
            return name.split("%")[0] or "it"
        case p.Arithmetic(operator, left, right):
            mine = _STRENGTH[operator]
            sign = {"//": "/", "mod": " mod ", "+": " + ", "-": " - "}.get(operator, operator)
            whole = f"{said(left, mine)}{sign}{said(right, mine + 1)}"
            return f"({whole})" if mine < outer else whole
        case p.Negative(value):
            return f"-{said(value, 3)}"
        case p.Builtin(function, args):
            return f"{function}({', '.join(map(said, args))})"
        case p.LengthOf(value):
            return f"len({said(value)})"
        case p.Index(value, index):
            return f"{said(value, 9)}[{said(index)}]"
        case p.Slice(value, low, high):
            return f"{said(value, 9)}[{said(low)} : {said(high)}]"
        case p.Field(value, name):
            return f"{said(value, 9)}.{name}"
        case p.Concat(parts):
            whole = " ++ ".join(map(said, parts))
            return f"({whole})" if outer else whole
        case p.ListLiteral(items):
            return f"[{', '.join(map(said, items))}]"
        case p.SizeName(name, _, index):
            return name if index is None else f"{name}[{said(index)}]"
        case _:
            return text(of)
