"""Expressions and types as one line of canonical text; parentheses only where the tree would change without them."""

from __future__ import annotations

import re
from enum import IntEnum
from fractions import Fraction
from functools import partial

from aalpl.tree import nodes as t


class Level(IntEnum):
    """How tightly an expression holds together, in the order of the grammar; a place asks for at least a level."""

    VALUE = 0
    EXPRESSION = 1
    OR = 2
    AND = 3
    NOT = 4
    COMPARE = 5
    CONCAT = 6
    SUM = 7
    PRODUCT = 8
    UNARY = 9
    POWER = 10
    POSTFIX = 11


def phrase(node: t.Expr, level: Level = Level.EXPRESSION, tight: bool = False) -> str:
    """An expression where at least `level` is asked for; `tight` leaves out the blanks around `+` and `-`."""
    own, text = _text(node, tight)
    if own >= level:
        return text
    return f"({_text(node, tight or _plain(node))[1]})"


def _plain(node: t.Expr) -> bool:
    """A sum of names and numbers alone, written without blanks in parentheses."""
    parts = (node.first, *(term.operand for term in node.rest)) if isinstance(node, t.Sum) else ()
    return bool(parts) and all(isinstance(part, t.Name | t.Int) for part in parts)


def domain(node: t.Expr, tight: bool = False) -> str:
    """What stands after `in`: a range, or a list."""
    if isinstance(node, t.Range):
        return f"{phrase(node.low, Level.SUM, tight=True)}..{phrase(node.high, Level.SUM, tight=True)}"
    return phrase(node, Level.CONCAT, tight)


def string(node: t.String) -> str:
    """A string in the quotes it was written in."""
    text = node.value.replace("\\", "\\\\")
    if node.long:
        return '"""' + re.sub(r'"(?="")|"(?="$)|"$', r"\\" + '"', text) + '"""'
    return '"' + text.replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def fact(node: t.Fact) -> str:
    """One of the suppositions after `where`."""
    match node:
        case t.Holds(condition):
            return phrase(condition, Level.OR)
        case t.Law(subject, distribution):
            return f"{phrase(subject, Level.OR)} ~ {phrase(distribution, Level.SUM)}"
        case t.Likely(condition, probability):
            return f"{phrase(condition, Level.OR)} with probability {phrase(probability, Level.SUM)}"


def value(node: t.Expr, last: bool = True, closed: bool = False) -> str:
    """A value that `where` may follow; `closed` between `then` and a possible `else`."""
    if isinstance(node, t.Where):
        return _where(node) if last else f"({_where(node)})"
    return phrase(node, Level.OR if closed else Level.EXPRESSION)


def _where(node: t.Where) -> str:
    return f"{phrase(node.value, Level.OR)} where {', '.join(map(fact, node.facts))}"


def _text(node: t.Expr, tight: bool) -> tuple[Level, str]:
    """How tightly an expression holds together, and its text."""
    match node:
        case t.Name(id):
            return Level.POSTFIX, id
        case t.Int(number):
            return Level.POSTFIX, _digits(number)
        case t.Real(number):
            return Level.POSTFIX, _real(number)
        case t.String():
            return Level.POSTFIX, string(node)
        case t.Bool(truth):
            return Level.POSTFIX, "true" if truth else "false"
        case t.Nothing():
            return Level.POSTFIX, "nothing"
        case t.Choice():
            return Level.POSTFIX, "*"
        case t.ListLiteral(elements):
            return Level.POSTFIX, f"[{', '.join(map(phrase, elements))}]"
        case t.RecordLiteral(fields):
            return Level.POSTFIX, "{" + ", ".join(f"{f.name.id}: {phrase(f.value)}" for f in fields) + "}"
        case t.Call():
            return Level.POSTFIX, _call(node)
        case t.Index(owner, index):
            return Level.POSTFIX, f"{phrase(owner, Level.POSTFIX)}[{phrase(index, tight=True)}]"
        case t.Slice(owner, start, stop):
            return Level.POSTFIX, f"{phrase(owner, Level.POSTFIX)}[{_ends(start, stop)}]"
        case t.Field(owner, name):
            return Level.POSTFIX, f"{phrase(owner, Level.POSTFIX)}.{name.id}"
        case t.Range():
            return Level.VALUE, domain(node)
        case t.Power(base, exponent):
            return Level.POWER, f"{phrase(base, Level.POSTFIX, tight)}^{_exponent(exponent, tight)}"
        case t.Negative(operand):
            return Level.UNARY, f"-{phrase(operand, Level.UNARY, tight)}"
        case t.Product(first, factors):
            wide = any(isinstance(part, t.Quantity) for part in (first, *(f.operand for f in factors)))
            start_text = phrase(first, Level.UNARY, tight)
            return Level.PRODUCT, start_text + "".join(_factor(f, tight, wide) for f in factors)
        case t.Sum(first, terms):
            return Level.SUM, phrase(first, Level.PRODUCT, tight) + "".join(_term(x, tight) for x in terms)
        case t.Concat(operands):
            return Level.CONCAT, " ++ ".join(phrase(o, Level.SUM, tight) for o in operands)
        case t.Compare(first, rest):
            return Level.COMPARE, phrase(first, Level.CONCAT, tight) + "".join(_compared(c) for c in rest)
        case t.Not(operand):
            return Level.NOT, f"not {phrase(operand, Level.NOT, tight)}"
        case t.And(operands):
            return Level.AND, " and ".join(phrase(o, Level.NOT, tight) for o in operands)
        case t.Or(operands):
            return Level.OR, " or ".join(phrase(o, Level.AND, tight) for o in operands)
        case t.OrElse(first, default):
            return Level.EXPRESSION, f"{phrase(first, Level.OR)} else {phrase(default)}"
        case t.Conditional(first, condition, otherwise):
            words = f"{phrase(first, Level.OR)} if {phrase(condition, Level.OR)} else"
            return Level.EXPRESSION, f"{words} {phrase(otherwise)}"
        case t.Pop(variable):
            return Level.POSTFIX, f"pop {variable.id}"
        case t.AnyValue(kind):
            return Level.EXPRESSION, f"any {type_phrase(kind)}"
        case t.Count(variable, over, condition):
            return (
                Level.EXPRESSION,
                f"count {variable.id} in {domain(over)} of {phrase(condition, Level.OR)}",
            )
        case t.Fold(operator, variable, over, body):
            return Level.POSTFIX, f"{operator}({variable.id} in {domain(over)}: {phrase(body, tight=tight)})"
        case t.ParallelYield(variable, over, workers, body):
            words = f"parallel for {variable.id} in {domain(over)}{_clause('workers', workers)}"
            return Level.EXPRESSION, f"{words} yield {value(body, last=False)}"
        case t.Where():
            return Level.VALUE, _where(node)
        case t.Quantity():
            return Level.POSTFIX, _quantity(node)
        case t.Probability(event):
            return Level.POSTFIX, f"P({phrase(event)})"
        case t.Growth(order, bound):
            return Level.POSTFIX, f"{order}({phrase(bound)})"


def _clause(word: str, node: t.Expr | None) -> str:
    return "" if node is None else f" {word} {phrase(node, Level.SUM)}"


def _call(node: t.Call) -> str:
    arguments = [domain(a) if isinstance(a, t.Range) else phrase(a) for a in node.arguments]
    if _FOLD_LIKE.match(arguments[0] if arguments else "") and isinstance(node.function, t.Name):
        arguments[0] = f"({arguments[0]})"
    return f"{phrase(node.function, Level.POSTFIX)}({', '.join(arguments)})"


_FOLD_LIKE = re.compile(r"[^\W\d][\w']* in\b")


def _ends(start: t.Expr, stop: t.Expr) -> str:
    """The two ends of a slice; a blank around the colon where they are more than a word."""
    plain = isinstance(start, t.Name | t.Int) and isinstance(stop, t.Name | t.Int)
    return f"{phrase(start, tight=True)}{':' if plain else ' : '}{phrase(stop, tight=True)}"


def _term(node: t.Term, tight: bool) -> str:
    blank = "" if tight else " "
    return f"{blank}{node.operator}{blank}{phrase(node.operand, Level.PRODUCT, tight)}"


def _factor(node: t.Factor, tight: bool, wide: bool) -> str:
    operand = phrase(node.operand, Level.UNARY, tight)
    blank = " " if wide or node.operator == "mod" or operand.startswith("*") else ""
    return f"{blank}{node.operator}{blank}{operand}"


def _exponent(node: t.Expr, tight: bool) -> str:
    text = phrase(node, Level.UNARY, tight)
    return f"({text})" if isinstance(node, t.Negative) else text


def _compared(node: t.Comparison) -> str:
    operand = domain(node.operand) if node.operator == "in" else phrase(node.operand, Level.CONCAT)
    return f" {node.operator} {operand}"


def _quantity(node: t.Quantity) -> str:
    words = [node.case or "", "span" if node.critical else "", f"{node.kind}({node.function.id})"]
    qualifiers = (("by", node.by), ("of", node.of), ("under", node.under))
    words += [f"{word} {name.id}" for word, name in qualifiers if name]
    return " ".join(filter(None, words))


def _digits(number: int) -> str:
    """All digits of an integer; Python's own conversion stops at 4,300."""
    if number < 10**4000:
        return str(number)
    size = number.bit_length() * 30103 // 200000
    high, low = divmod(number, 10**size)
    return _digits(high) + _digits(low).zfill(size)


def _real(number: Fraction) -> str:
    """A decimal fraction exactly; powers of ten past twenty digits with an exponent."""
    shift = 0
    while number.denominator > 1:
        number *= 10
        shift += 1
    digits = str(number.numerator)
    if shift > 20:
        return f"{digits}e-{shift}"
    if shift:
        digits = digits.zfill(shift + 1)
        return f"{digits[:-shift]}.{digits[-shift:]}"
    bare = digits.rstrip("0")
    zeros = len(digits) - len(bare)
    return f"{bare}e{zeros}" if bare and zeros > 2 else f"{digits}.0"


def type_phrase(node: t.TypeExpr) -> str:
    """A type."""
    match node:
        case t.IntType(None, _):
            return "int"
        case t.IntType(low, high):
            end = "" if high is None else _tight(high)
            return f"int in {_tight(low) if low else ''}..{end}"
        case t.RealType():
            return "real"
        case t.BoolType():
            return "bool"
        case t.TextType(length):
            return "text" + _bracket(length)
        case t.ListType(length, element):
            return f"list{_bracket(length)} of {type_phrase(element)}"
        case t.RecordType(fields):
            return "{" + ", ".join(f"{f.name.id}: {type_phrase(f.type)}" for f in fields) + "}"
        case t.ChoiceType(options):
            return "one of " + " | ".join(map(_option, options))
        case t.OptionalType(base):
            text = type_phrase(base)
            return f"({text})?" if isinstance(base, t.ListType | t.FunctionType) else f"{text}?"
        case t.TranscriptType():
            return "transcript"
        case t.FunctionType(parameters, result):
            return f"({', '.join(map(type_phrase, parameters))}) -> {type_phrase(result)}"
        case t.NamedType(name):
            return name.id


def family(node: t.Family | None) -> str:
    """`[k]` or `[i in a..b]`; nothing for no family."""
    if node is None:
        return ""
    if node.variable is None:
        return f"[{_tight(node.domain)}]"
    return f"[{node.variable.id} in {domain(node.domain, tight=True)}]"


_tight = partial(phrase, level=Level.SUM, tight=True)


def _option(node: t.Option) -> str:
    return string(node.value) + _clause("with probability", node.probability)


def _bracket(length: t.Length | t.Family | None) -> str:
    match length:
        case None:
            return ""
        case t.Family():
            return family(length)
        case t.Exactly(size):
            return f"[{_tight(size)}]"
        case t.AtMost(size):
            return f"[<= {_tight(size)}]"
        case t.Between(low, high):
            return f"[{_tight(low)}..{_tight(high)}]"
        case t.About(law):
            return f"[~ {_tight(law)}]"
        case t.SomeConstant():
            return "[O(1)]"
