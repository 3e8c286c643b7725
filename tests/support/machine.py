"""Compiles integer forms to a flat machine code: an independent reading of the form, for exploring all its behaviours.

A program is a list of instructions with jumps; a state is a place in it, the values of the variables that still matter
there, and the activations around. Written from the meaning of the form alone, without any of the analysis.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import attrs

from aalpl.cost.form import nodes as f
from aalpl.program.size import Apply, Atom, Big, Given, Size, Sym
from aalpl.program.types import Law

Values = dict[str, Any]
Number = Callable[[Values], Any]


class Unsupported(Exception):
    """The form has something that is not followed here: lists, open lengths, hypotheses about branches."""


# -- instructions --------------------------------------------------------------------------------------------------


@attrs.frozen
class Assign:
    values: tuple[tuple[str, Number], ...]
    reads: frozenset[str]


@attrs.frozen
class Guess:
    """Decided outside: by the adversary within `low..high`, or drawn from `law`."""

    variable: str
    low: Number
    high: Number
    law: Law | None
    reads: frozenset[str]


@attrs.frozen
class Pay:
    amount: Number
    reads: frozenset[str]


@attrs.frozen
class Fork:
    """Go on at the next instruction where the test holds, else at `orelse`. `test` may answer None: either way."""

    test: Number
    orelse: int
    reads: frozenset[str]


@attrs.frozen
class Jump:
    target: int


@attrs.frozen
class Enter:
    """Calls a function: `args` over the state here; on return `results` (mine, theirs) are copied back."""

    function: str
    args: tuple[tuple[str, Number], ...]
    results: tuple[tuple[str, str], ...]
    reads: frozenset[str]


@attrs.frozen
class Back:
    """Returns from the function, or ends the run."""

    reads: frozenset[str]


Instruction = Assign | Guess | Pay | Fork | Jump | Enter | Back


@attrs.frozen
class Code:
    """`starts` are the first instructions of the functions; `live[i]` are the variables that matter before i;
    `heads` are where loops begin again."""

    instructions: tuple[Instruction, ...]
    starts: Mapping[str, int]
    live: tuple[frozenset[str], ...]
    heads: frozenset[int]


# -- compiling -----------------------------------------------------------------------------------------------------


def compiled(forms: Mapping[str, f.Form], charge: Callable[[f.Event], Size]) -> Code:
    """The code of all functions, paying `charge` for each event."""
    writer = _Writer(charge)
    starts = {}
    for name, form in forms.items():
        starts[name] = len(writer.code)
        try:
            writer.steps(form.body)
        except Unsupported as problem:
            del writer.code[starts[name] :]
            writer.left = []
            writer.code.append(_refusal(str(problem)))
        writer.code.append(Back(frozenset(form.results)))
        writer.leave(starts[name], frozenset(form.results))
    assert None not in writer.code
    code = tuple(each for each in writer.code if each is not None)
    return Code(code, starts, _live(code), frozenset(writer.heads))


def _refusal(reason: str) -> Pay:
    def refuse(values: Values) -> Any:
        raise Unsupported(reason)

    return Pay(refuse, frozenset())


@attrs.define
class _Writer:
    charge: Callable[[f.Event], Size]
    code: list[Instruction | None] = attrs.field(factory=list)
    heads: set[int] = attrs.field(factory=set)
    left: list[int] = attrs.field(factory=list)
    fresh: int = 0

    def leave(self, start: int, results: frozenset[str]) -> None:
        for at in self.left:
            self.code[at] = Back(results)
        self.left = []

    def steps(self, steps: f.Steps) -> None:
        for step in steps:
            self.step(step)

    def step(self, step: f.Step) -> None:
        match step:
            case f.Set(pairs):
                made = tuple((name, number(size)) for name, size in pairs)
                self.code.append(Assign(made, frozenset().union(*(size.free for _, size in pairs))))
            case f.Havoc():
                self.havoc(step)
            case f.Event():
                amount = self.charge(step)
                self.code.append(Pay(number(amount), frozenset(amount.free)))
            case f.Branch(probability=None, at_most=None):
                self.branch(step)
            case f.Count():
                self.count(step)
            case f.Cycle(probability=None, at_most=None):
                self.cycle(step)
            case f.Invoke(arrays=(), array_results=()):
                args = tuple((name, number(size)) for name, size in step.args)
                reads = frozenset().union(*(size.free for _, size in step.args))
                self.code.append(Enter(step.function, args, step.results, reads))
            case f.Leave():
                self.left.append(len(self.code))
                self.code.append(None)
            case f.Fill() | f.Store() | f.HavocArray() | f.Fork() | f.Invoke() | f.Branch() | f.Cycle():
                raise Unsupported(type(step).__name__)
            case f.Beyond(reason):
                raise Unsupported(reason)

    def havoc(self, step: f.Havoc) -> None:
        if step.kind == "opaque":
            self.code.append(Assign(((step.variable, lambda _: None),), frozenset()))
            return
        if step.low is None or step.high is None:
            raise Unsupported("no limit")
        reads = frozenset(step.low.free | step.high.free | _names(step.law))
        self.code.append(Guess(step.variable, number(step.low), number(step.high), step.law, reads))

    def later(self) -> int:
        """Room for an instruction whose target is not known yet."""
        self.code.append(None)
        return len(self.code) - 1

    def branch(self, step: f.Branch) -> None:
        at = self.later()
        self.steps(step.then)
        over = self.later()
        self.code[at] = Fork(holds(step.condition), len(self.code), _read(step.condition))
        self.steps(step.orelse)
        self.code[over] = Jump(len(self.code))

    def count(self, step: f.Count) -> None:
        self.fresh += 1
        here, last, by = (f"{name}%%{self.fresh}" for name in ("at", "last", "by"))
        reads = frozenset(step.low.free | step.high.free | step.step.free)
        values = ((here, number(step.low)), (last, number(step.high)), (by, number(step.step)))
        self.code.append(Assign(values, reads))
        head = len(self.code)
        self.heads.add(head)
        self.later()
        self.code.append(Assign(((step.index, lambda v: v[here]),), frozenset({here})))
        self.steps(step.body)
        self.code.append(Assign(((here, lambda v: v[here] + v[by]),), frozenset({here, by})))
        self.code.append(Jump(head))
        self.code[head] = Fork(lambda v: v[here] <= v[last], len(self.code), frozenset({here, last}))

    def cycle(self, step: f.Cycle) -> None:
        head = len(self.code)
        self.heads.add(head)
        self.steps(step.before)
        at = self.later()
        self.steps(step.body)
        self.code.append(Jump(head))
        self.code[at] = Fork(holds(step.condition), len(self.code), _read(step.condition))


def _names(law: Law | None) -> set[str]:
    if law is None:
        return set()
    return {name for part in attrs.astuple(law, recurse=False) for name in part.free}


def _read(condition: f.Condition) -> frozenset[str]:
    match condition:
        case f.Holds(size):
            return frozenset(size.free)
        case f.All(parts) | f.Any(parts):
            return frozenset().union(*map(_read, parts))


def _live(code: tuple[Instruction, ...]) -> tuple[frozenset[str], ...]:
    """Backwards until nothing changes."""
    live: list[frozenset[str]] = [frozenset()] * (len(code) + 1)
    changed = True
    while changed:
        changed = False
        for at in range(len(code) - 1, -1, -1):
            if (now := _before(code[at], at, live)) != live[at]:
                live[at], changed = now, True
    return tuple(live)


def _before(each: Instruction, at: int, live: list[frozenset[str]]) -> frozenset[str]:
    match each:
        case Assign(values, reads):
            return live[at + 1] - {name for name, _ in values} | reads
        case Guess(variable, reads=reads):
            return live[at + 1] - {variable} | reads
        case Pay(_, reads):
            return live[at + 1] | reads
        case Fork(_, orelse, reads):
            return live[at + 1] | live[orelse] | reads
        case Jump(target):
            return live[target]
        case Enter(results=results, reads=reads):
            return live[at + 1] - {mine for mine, _ in results} | reads
        case Back(reads):
            return reads


# -- numbers -------------------------------------------------------------------------------------------------------


def number(size: Size) -> Number:
    """A function from values to the number that a size is there; None where something in it is not known."""
    source = _text(size, frozenset())
    made: Number = eval(f"lambda v: {source}", _GLOBALS)
    if not size.free:
        fixed = made({})
        return lambda _: fixed
    return made


def holds(condition: f.Condition) -> Number:
    """A function from values to whether a condition holds; None where that is not known."""
    match condition:
        case f.Holds(size):
            source = _text(size, frozenset())
            plain: Number = eval(f"lambda v: ({source}) >= 0", _GLOBALS)
            names = tuple(size.free)
            return lambda v: None if any(v.get(name, 0) is None for name in names) else plain(v)
        case f.All(parts):
            tests = [holds(part) for part in parts]
            return lambda v: _all([test(v) for test in tests])
        case f.Any(parts):
            tests = [holds(part) for part in parts]
            return lambda v: _any([test(v) for test in tests])


def _all(found: list[bool | None]) -> bool | None:
    return False if False in found else (None if None in found else True)


def _any(found: list[bool | None]) -> bool | None:
    return True if True in found else (None if None in found else False)


def _text(size: Size, bound: frozenset[str]) -> str:
    terms = []
    for monomial, coefficient in size.terms.items():
        exact = Fraction(coefficient)
        factor = (
            str(exact.numerator) if exact.denominator == 1 else f"F({exact.numerator}, {exact.denominator})"
        )
        terms.append("*".join([factor, *(_power(atom, exponent, bound) for atom, exponent in monomial)]))
    return " + ".join(f"({term})" for term in terms) or "0"


def _power(atom: Atom, exponent: int, bound: frozenset[str]) -> str:
    inside = _atom(atom, bound)
    return f"({inside})" if exponent == 1 else f"(F({inside})**({exponent}))"


def _atom(atom: Atom, bound: frozenset[str]) -> str:
    match atom:
        case Sym(name):
            return f"i_{_plain(name)}" if name in bound else f"v.get({name!r}, 0)"
        case Apply(function, args):
            inner = [_text(arg, bound) for arg in args]
            match function:
                case "floor" | "ceil" | "min" | "max" | "abs" | "log":
                    return f"{function}({', '.join(inner)})"
                case "mod":
                    return f"(({inner[0]}) % ({inner[1]}))"
                case "pow":
                    return f"(({inner[0]})**({inner[1]}))"
                case _:
                    raise Unsupported(function)
        case Big(operator, index, low, high, body):
            run = f"range(ceil({_text(low, bound)}), floor({_text(high, bound)}) + 1)"
            inside = _text(body, bound | {index})
            return f"fold_{operator}(({inside}) for i_{_plain(index)} in {run})"
        case Given(condition):
            return f"int(({_text(condition, bound)}) >= 0)"
        case _:
            raise Unsupported(str(atom))


def _plain(name: str) -> str:
    return "".join(c if c.isalnum() else f"_{ord(c)}_" for c in name)


_GLOBALS: dict[str, object] = {
    "F": Fraction, "floor": math.floor, "ceil": math.ceil, "log": math.log, "fold_sum": sum, "fold_prod": math.prod,
    "fold_max": lambda xs: max(xs, default=0), "fold_min": lambda xs: min(xs, default=0),
}  # fmt: skip
