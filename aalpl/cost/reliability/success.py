"""The front door: how probably what a function returns is right, over the runs that end.

Run the function over abstract values -> pass its loops -> add up the ends whose value is right. A text (or what holds
texts) is right where no wrong answer is in it. A truth, an option or a number is right where it is what the function
returns when every call is right; a truth that comes from no call at all, only from draws, where it is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

import attrs

from aalpl.cost.chance.rational import Beyond, Field, normal, same
from aalpl.cost.reliability.entry import Numbers, argument, facts_of, strict
from aalpl.cost.reliability.events import TRUE, judged
from aalpl.cost.reliability.expressions import Truth
from aalpl.cost.reliability.machine import Machine
from aalpl.cost.reliability.many import whichever
from aalpl.cost.reliability.passing import Passing
from aalpl.cost.reliability.rivals.bounds import Bounds
from aalpl.cost.reliability.states import UNTOLD, Calls, Ended
from aalpl.cost.reliability.tidy import tidied
from aalpl.cost.reliability.unread import without_unread
from aalpl.cost.reliability.values import NOTHING, Fields, Items, Named, Refused, Value, Word, tainted
from aalpl.cost.reliability.worst import Game, Leaf, followed
from aalpl.cost.result import Step, Unknown
from aalpl.program import nodes as p
from aalpl.program.prove import Facts
from aalpl.program.size import ONE, ZERO, Size, const, given

QUESTIONS = 3
"""Questions with few answers whose right answers are gone through."""

LARGE = 512
"""A number that is larger stays a name while a formula is looked for."""

RIGHT, WRONG = Ended(Named("right")), Ended(Named("wrong"))


@attrs.frozen
class Success:
    """P(event) lies between `low` and `high` (equal when exact) over the runs that end, which have probability `ends`.

    Whichever wrong answers are equal, `most` calls are expected at most. What is None is not derived; `reason` says why.
    `free` are the names in the formulas."""

    low: Size | None = None
    high: Size | None = None
    ends: Size | None = None
    reason: Unknown | None = None
    most: Size | None = None

    @property
    def exact(self) -> Size | None:
        """The probability, where the two ends are one."""
        return self.low if self.low is not None and self.low == self.high else None


def success(
    program: p.Program,
    function: str,
    numbers: Mapping[str, Fraction | int] | None = None,
    event: str = "right",
    *,
    many: bool = True,
) -> Success:
    """P(event(function)): `right`, or a bool oracle of the result. With numbers for sizes and parameters more can be
    derived; large ones stay names, so that a formula is evaluated and not unrolled. Without numbers, bounds for any number
    of wrong answers are looked for if `many` says so."""
    program, function, event = judged(program, function, event)
    of = program.functions[function]
    try:
        found = [
            _judged(program, of, truths, ends, numbers or {}, event)
            for truths, ends in _truths(program, of, numbers or {}, event)
        ]
    except Refused as refused:
        return _whoever(program, of, numbers or {}, event, str(refused), many)
    except (Beyond, RecursionError):
        return Success(reason=Unknown("the formula is out of proportion", of.span))
    ends = [end for _, end in found]
    facts = facts_of(program, of, numbers or {}, {})
    if not all(same(facts.rewritten(one), facts.rewritten(found[0][0])) for one, _ in found):
        return Success(reason=Unknown("it depends on what the right answers are", of.span))
    exact = tidied(found[0][0])
    return Success(exact, exact, ends[0])


def _whoever(
    program: p.Program, of: p.Function, numbers: Numbers, event: str, reason: str, many: bool
) -> Success:
    """Bounds whichever wrong answers are equal, where some primitive does not say that all of them are."""
    try:
        game = _game(program, of, numbers, event) if numbers else None
        if game is not None:
            low, high = (game.value(most, lambda leaf: leaf.worth) for most in (False, True))
            return Success(const(low), const(high), ONE)
        found = bounds_whichever(program, of.name) if event == "right" and many and not numbers else None
        if found is not None:
            least = None if found.least is None else tidied(found.least)
            return Success(least, None, ONE, None if least else Unknown(reason, of.span), found.most)
    except Refused as refused:
        reason = f"{reason}; whichever are: {refused}"
    except (Truth, Beyond, RecursionError):
        pass
    return Success(reason=Unknown(reason, of.span))


def _game(program: p.Program, of: p.Function, numbers: Numbers, event: str) -> Game | None:
    if all(each.right is None or each.rivals == 1 for each in _called(program, of.name)):
        return None
    machine = _machine(program, of, numbers, {}, spread=True)
    args = tuple(argument(param, machine) for param in of.params)
    return followed(machine, machine.begin(of.name, args), lambda end: _counts(end, event))


def _counts(end: Ended, event: str) -> bool:
    found = _told(end, event, sure=False)
    if found not in (RIGHT, WRONG) and not isinstance(found.value, bool):
        raise Refused("of a result that is no text it is not derived whether it is right")
    return found == RIGHT or found.value is True


def bounds_whichever(program: p.Program, function: str) -> Bounds | None:
    """A lower bound of P(right) and an upper one of the expected calls for any number of wrong answers, as formulas; None
    where that is not asked, or where all wrong answers are one. Refuses where there is none."""
    of = program.functions[function]

    def looked_for() -> Bounds | Refused | None:
        return whichever(program, of, list(_called(program, function)), lambda end: _counts(end, "right"))

    found = p.worked_out(program, (bounds_whichever, function), looked_for)
    if isinstance(found, Refused):
        raise found
    return found


def most_calls(program: p.Program, function: str) -> Size | None:
    """What the expected number of calls is at most, whichever wrong answers are equal; None where that is not derived."""
    try:
        found = bounds_whichever(program, function)
    except Refused:
        return None
    return None if found is None else found.most


def calls_within(
    program: p.Program, function: str, numbers: Mapping[str, Fraction | int], primitive: str | None = None
) -> tuple[Fraction, Fraction] | None:
    """The least and the most expected calls at numbers, whichever wrong answers are equal."""
    try:
        game = _game(program, program.functions[function], numbers, "right")
    except (Refused, Truth, Beyond, RecursionError):
        return None
    if game is None:
        return None

    def paid(leaf: Leaf) -> Fraction:
        return Fraction(sum(n for name, n in leaf.calls.items() if primitive in (None, name)))

    return game.value(False, paid), game.value(True, paid)


def known(program: p.Program, function: str) -> Facts:
    """What is known of the names in the formulas for a function."""
    return facts_of(program, program.functions[function], {}, {})


def concerned(program: p.Program, function: str) -> bool:
    """Whether the function calls, directly or not, a primitive that may be wrong."""
    return any(primitive.right is not None for primitive in _called(program, function))


def _called(program: p.Program, function: str) -> Iterator[p.Primitive]:
    seen: set[str] = set()
    waiting = [function]
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in program.primitives:
            yield program.primitives[name]
        if name in program.functions:
            waiting += _names(program.functions[name].body)


def _names(block: p.Block) -> Iterator[str]:
    for statement in block:
        match statement:
            case p.Ask(primitive=name) | p.Call(function=name):
                yield name
                yield from (arg.name for arg in statement.args if isinstance(arg, p.FunctionName))
            case p.If(then=then, orelse=orelse):
                yield from _names(then)
                yield from _names(orelse)
            case p.For(body=body) | p.Parallel(body=body):
                yield from _names(body)
            case p.Loop(before=before, body=body):
                yield from _names(before)
                yield from _names(body)
            case _:
                pass


def expected_calls(
    program: p.Program,
    function: str,
    numbers: Mapping[str, Fraction | int] | None = None,
    primitive: str | None = None,
) -> Size | None:
    """The expected number of calls (of one primitive), where it is the same whatever the right answers are; None where
    it is not derived, or not all runs end."""
    return counted(endings(program, function, numbers), primitive)


def endings(
    program: p.Program, function: str, numbers: Mapping[str, Fraction | int] | None = None
) -> tuple[Ends, ...]:
    """How runs end, for each of the right answers; nothing where that is not derived."""
    try:
        return tuple(
            ends for _, ends in _truths(program, program.functions[function], numbers or {}, "right")
        )
    except (Refused, Beyond, RecursionError):
        return ()


def counted(found: Iterable[Ends], primitive: str | None = None) -> Size | None:
    """The expected number of calls (of one primitive) of runs that end so, where it is always the same."""
    try:
        counts = [_calls(ends, primitive) for ends in found]
    except (Refused, Beyond, RecursionError):
        return None
    sure = [count for count in counts if count is not None]
    if not sure or len(sure) < len(counts):
        return None
    return sure[0] if all(same(one, sure[0]) for one in sure) else None


def _calls(ends: Ends, primitive: str | None) -> Size | None:
    calls = total = ZERO
    for (end, guards), chance in ends.items():
        weight = chance
        for guard in guards:
            weight = weight * given(guard)
        if end == UNTOLD:
            return None
        if isinstance(end, Ended):
            total = total + weight
        elif primitive in (None, end.primitive):
            calls = calls + weight
    return tidied(calls) if _simple(total) == ONE else None


# -- one way of having right answers ---------------------------------------------------------------------------------

Truths = Mapping[Word, Value]


Ends = dict[tuple[Ended | Calls, tuple[Size, ...]], Size]


def derivation(
    program: p.Program, function: str, numbers: Mapping[str, Fraction | int] | None = None
) -> tuple[Step, ...]:
    """How P(right) was derived, loop by loop from the inside out; for the first right answers there may be."""
    told: dict[Step, None] = {}
    of = program.functions[function]
    try:
        truths, _ = _truths(program, of, numbers or {}, "right")[0]
        _distribution(program, of, truths, numbers or {}, "right", sure=False, told=told)
    except Refused as refused:
        told[Step(of.span.line, f"not derived: {refused}", "")] = None
    except (Beyond, RecursionError):
        return ()
    return tuple(told)


def _truths(program: p.Program, of: p.Function, numbers: Numbers, event: str) -> list[tuple[Truths, Ends]]:
    """All combinations of right answers to the questions with few answers that come up, and how runs end then."""

    def found() -> list[tuple[Truths, Ends]] | Refused:
        try:
            return _all_truths(program, of, numbers, event)
        except Refused as refused:
            return refused

    outcome = p.worked_out(program, (_truths, of.name, tuple(sorted(numbers.items())), event), found)
    if isinstance(outcome, Refused):
        raise outcome
    return outcome


def _all_truths(
    program: p.Program, of: p.Function, numbers: Numbers, event: str
) -> list[tuple[Truths, Ends]]:
    waiting: list[Truths] = [{}]
    found: list[tuple[Truths, Ends]] = []
    while waiting:
        truths = waiting.pop()
        try:
            ends = _distribution(program, of, truths, numbers, event, sure=False)
        except Truth as asked:
            if len(truths) >= QUESTIONS:
                raise Refused("there are too many questions with few answers") from None
            waiting += [{**truths, asked.question: option} for option in asked.options]
        else:
            found.append((truths, ends))
    return found


def _judged(
    program: p.Program, of: p.Function, truths: Truths, ends: Ends, numbers: Numbers, event: str
) -> tuple[Size, Size]:
    """The probability of the event, and that of ending."""
    plain = [end for end, _ in ends if isinstance(end, Ended) and end not in (RIGHT, WRONG)]
    ideal: Value | None = None
    if plain:
        ideal = True
        if event == "right" and concerned(program, of.name):
            certain = _distribution(program, of, truths, numbers, event, sure=True)
            sure = {end for end, _ in certain if isinstance(end, Ended)}
            if len(sure) != 1:
                raise Refused("what it returns where every call is right is not one value")
            ideal = next(iter(sure)).value
        if not all(isinstance(end.value, bool | Named) for end in plain):
            raise Refused("of a number it is not derived whether it is right")
    right = total = ZERO
    for (end, guards), chance in ends.items():
        if isinstance(end, Calls):
            continue
        weight = chance
        for guard in guards:
            weight = weight * given(guard)
        total = total + weight
        if end == RIGHT or (end != WRONG and end.value == ideal):
            right = right + weight
    return _over(right, _simple(total))


def _simple(total: Size) -> Size:
    """1 where it is 1."""
    if same(total, ONE):
        return ONE
    return ONE if _covers(total) else normal(total)


def _covers(total: Size) -> bool:
    """Whether conditions and their negations add up to everything: each case has probability 1."""
    from aalpl.program.size import Given

    brackets = [atom for atom in total.atoms() if isinstance(atom, Given)]
    if not brackets or len(brackets) > 8:
        return False
    for condition in {atom.condition for atom in brackets}:
        opposite = -condition - 1
        yes, no = (_assumed(total, condition, opposite, truth) for truth in (True, False))
        if yes != total:
            return all(same(side, ONE) or _covers(side) for side in (yes, no))
    return False


def _assumed(total: Size, condition: Size, opposite: Size, truth: bool) -> Size:
    from aalpl.program.size import Given
    from aalpl.program.size.polynomial import of_atom

    yes, no = given(condition), given(opposite)
    values = {next(iter(yes.atoms())): truth, next(iter(no.atoms())): not truth}
    return total.map_atoms(
        lambda atom: const(int(values[atom])) if isinstance(atom, Given) and atom in values else of_atom(atom)
    )


def _over(right: Size, total: Size) -> tuple[Size, Size]:
    if total == ONE:
        return right, ONE
    if not total:
        raise Refused("no run ends")
    try:
        field = Field([right, total])
        return field.size(field.ratio(right) / field.ratio(total)), total
    except Beyond:
        return right / total, total


def _distribution(
    program: p.Program,
    of: p.Function,
    truths: Truths,
    numbers: Numbers,
    event: str,
    *,
    sure: bool,
    told: dict[Step, None] | None = None,
) -> Ends:
    machine = _machine(program, of, numbers, truths, sure=sure)
    args = tuple(argument(param, machine) for param in of.params)
    passing = Passing(machine, lambda end: _told(end, event, sure=sure))
    ends = passing.ended(machine.begin(of.name, args))
    if told is not None:
        told.update(passing.told)
    return ends


def _machine(
    program: p.Program,
    of: p.Function,
    numbers: Numbers,
    truths: Truths,
    *,
    sure: bool = False,
    spread: bool = False,
) -> Machine:
    small = {name: const(value) for name, value in numbers.items() if -LARGE <= value <= LARGE}
    facts = facts_of(program, of, numbers, small)
    shorter = p.worked_out(program, without_unread, lambda: without_unread(program))
    return Machine(shorter, small, facts, truths, sure, strict(program, small), spread)


def _told(end: Ended, event: str, *, sure: bool) -> Ended:
    """What counts of an end."""
    if event not in ("right", TRUE):
        return _event(end, event)
    if isinstance(end.value, Word | Items | Fields) or end.value == NOTHING:
        if _mixed(end.value):
            raise Refused("of a result that is more than texts it is not derived whether it is right")
        return WRONG if tainted(end.value) and not sure else RIGHT
    return Ended(end.value)


def _mixed(value: Value) -> bool:
    """Whether there is anything but texts in a value."""
    match value:
        case Word() | Named(""):
            return False
        case Items(values):
            return any(map(_mixed, values))
        case Fields(values):
            return any(_mixed(each) for _, each in values)
        case _:
            return True


def _event(end: Ended, event: str) -> Ended:
    for (name, args), value in reversed(end.known):
        if name == event and args == (end.value,):
            return RIGHT if value is True else WRONG
    raise Refused(f"nothing says how probably `{event}` holds of the result")
