"""From calls to the constants of a program: lengths of answers, rates, counts of branches.

Statements of one block run equally often unless it is left early; so how often a block ran is told by the calls that
stand in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

import attrs

from aalpl.fitting.calls import Called
from aalpl.fitting.statistics import Interval, mean, share
from aalpl.program import nodes as p
from aalpl.program.expressions import SizeName
from aalpl.program.size import Size, Sym
from aalpl.program.statements import Ask, Block, For, If, Loop, Parallel
from aalpl.program.types import Between, Bool, Choice, Constant, Exactly, Length, Maybe, Mean, Text, Type


@attrs.frozen
class Fitted:
    """A constant of the program: a value from `count` observations, told in words. `seldom` warns of few of them."""

    symbol: str
    value: Fraction
    words: str
    count: int
    between: Interval | None = None


@attrs.frozen
class Lengths:
    """The answers of a primitive: how many, how long on the average and at most, and whether only billed tokens are told."""

    primitive: str
    model: str
    count: int
    mean: Interval
    longest: int
    billed: bool


def lengths(program: p.Program, calls: Sequence[Called]) -> list[Lengths]:
    """For every primitive with an answer that was counted."""
    found = []
    for primitive in program.primitives.values():
        each = [call for call in calls if call.primitive == primitive.name and call.length is not None]
        counted = [call.length or 0 for call in each]
        if counted:
            billed = any(call.tokens_out is None for call in each)
            found.append(
                Lengths(
                    primitive.name, primitive.model.name, len(counted), mean(counted), max(counted), billed
                )
            )
    return found


def constants(program: p.Program, calls: Sequence[Called], *, means: bool = False) -> list[Fitted]:
    """What the calls say of sizes, `O(1)`s and probabilities: lengths by the longest answer, or (`means`) the average."""
    found: dict[str, Fitted] = {}
    for fitted in (*_lengths(program, calls, means), *_answers(program, calls), *_branches(program, calls)):
        old = found.get(fitted.symbol)
        if old is None or fitted.value > old.value:  # of several places the largest, so that all fit
            found[fitted.symbol] = fitted
    return list(found.values())


def _lengths(program: p.Program, calls: Sequence[Called], means: bool) -> Iterator[Fitted]:
    for found in lengths(program, calls):
        text = _text(program.primitives[found.primitive].result)
        if text is None:
            continue
        symbol, factor = _symbol(text.length, found.primitive)
        if symbol is None:
            continue
        average = means or isinstance(text.length, Mean)
        value = Fraction(repr(round(found.mean.value, 4))) if average else Fraction(found.longest)
        kind = "the mean" if average else "the longest"
        words = f"{kind} of {found.count:,} answers of `{found.primitive}`"
        yield Fitted(symbol, value / factor, words, found.count, found.mean if average else None)


def _text(result: Type) -> Text | None:
    inner = result.value if isinstance(result, Maybe) else result
    return inner if isinstance(inner, Text) else None


def _symbol(length: Length, primitive: str) -> tuple[str | None, Fraction]:
    """The one symbol that a length is a multiple of."""
    match length:
        case Constant():
            return f"o_{primitive}", Fraction(1)
        case Exactly(size) | Between(_, size) | Mean(size):
            return _multiple(size)
        case _:
            return None, Fraction(1)


def _multiple(size: Size) -> tuple[str | None, Fraction]:
    if len(size.terms) == 1:
        ((monomial, factor),) = size.terms.items()
        if len(monomial) == 1 and isinstance(monomial[0][0], Sym) and monomial[0][1] == 1 and factor > 0:
            return monomial[0][0].name, factor
    return None, Fraction(1)


def _answers(program: p.Program, calls: Sequence[Called]) -> Iterator[Fitted]:
    """Probabilities of bools and choices whose answers are told."""
    for primitive in program.primitives.values():
        said = [call.said for call in calls if call.primitive == primitive.name and call.said is not None]
        match primitive.result:
            case Bool(probability) if probability is not None:
                told = [value for each in said if (value := _bool(each)) is not None]
                yield from _rate(
                    probability, sum(told), len(told), f"answers of `{primitive.name}` were true"
                )
            case Choice(options, probabilities) if probabilities:
                told_options = [each for each in said if each in options]
                for option, size in zip(options, probabilities, strict=True):
                    held = told_options.count(option)
                    words = f"answers of `{primitive.name}` were {option}"
                    yield from _rate(size, held, len(told_options), words)


def _bool(said: object) -> bool | None:
    if isinstance(said, str):
        return {"true": True, "false": False, "yes": True, "no": False}.get(said.lower())
    return said if isinstance(said, bool) else None


def _rate(size: Size, held: int, tested: int, words: str) -> Iterator[Fitted]:
    symbol, factor = _multiple(size)
    if symbol is None and len(size.terms) == 2 and size.constant() is None:  # 1 - p
        symbol, factor = _multiple(1 - size)
        held = tested - held if symbol is not None else held
        words = f"{words} not"
    if symbol is None or factor != 1 or not tested:
        return
    yield _seen(symbol, held, tested, words)


# -- branches ------------------------------------------------------------------------------------------------------


def _branches(program: p.Program, calls: Sequence[Called]) -> Iterator[Fitted]:
    """`at most b times` and `with probability p` of branches in which something is called."""
    sites = Counter(ask.primitive for f in program.functions.values() for ask in _asks(f.body))
    places = {ask.primitive: ask.place for f in program.functions.values() for ask in _asks(f.body)}
    runs: dict[str, Counter[str]] = {}
    lost = set()  # primitives of which nobody knows where they were called
    for call in calls:
        place = call.place or (places.get(call.primitive) if sites[call.primitive] == 1 else None)
        if place is None:
            lost.add(call.primitive)
        else:
            runs.setdefault(call.run, Counter())[place] += 1
    if not runs:
        return
    for function in program.functions.values():
        for block, branch in _ifs(function.body):
            yield from _branch(block, branch, runs, lost)


def _branch(block: Block, branch: If, runs: dict[str, Counter[str]], lost: set[str]) -> Iterator[Fitted]:
    inside = [statement for statement in branch.then if isinstance(statement, Ask)]
    beside = [statement for statement in block if isinstance(statement, Ask)]
    if not inside or any(ask.primitive in lost for ask in (*inside, *beside)):
        return
    taken = [max(found[ask.place] for ask in inside) for found in runs.values()]
    tested = sum(max((found[ask.place] for ask in beside), default=0) for found in runs.values())
    held, line = sum(taken), branch.span.line
    if not held and not tested:  # nobody came by
        return
    if isinstance(branch.at_most, SizeName) and branch.at_most.index is None:
        told = f" at most, of {len(runs):,} runs" if len(runs) > 1 else ""
        words = f"the branch at line {line} was taken {max(taken):,} times{told}"
        yield Fitted(branch.at_most.name, Fraction(max(taken)), words, len(runs))
    if isinstance(branch.probability, SizeName) and branch.probability.index is None and held <= tested:
        yield _seen(branch.probability.name, held, tested, f"times the branch at line {line} was taken")


def _seen(symbol: str, held: int, tested: int, words: str) -> Fitted:
    """A probability as often as it was seen; what never or always happened is no probability, so one more of each counts."""
    told = f"{held:,} of {tested:,} {words}"
    if 0 < held < tested:
        return Fitted(symbol, Fraction(held, tested), told, tested, share(held, tested))
    value = Fraction(held + 1, tested + 2)
    return Fitted(symbol, value, f"{told}, so {value} with one more of each", tested, share(held, tested))


def _ifs(block: Block) -> Iterator[tuple[Block, If]]:
    for statement in block:
        if isinstance(statement, If):
            yield block, statement
        for inner in _inner(statement):
            yield from _ifs(inner)


def _asks(block: Block) -> Iterator[Ask]:
    for statement in block:
        if isinstance(statement, Ask):
            yield statement
        for inner in _inner(statement):
            yield from _asks(inner)


def _inner(statement: object) -> tuple[Block, ...]:
    match statement:
        case If(then=then, orelse=orelse):
            return (then, orelse)
        case For(body=body) | Parallel(body=body):
            return (body,)
        case Loop(before=before, body=body):
            return (before, body)
        case _:
            return ()
