"""Random forms: the exact form at what was observed is what a run pays, and the bounds hold around it."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import attrs
import pytest
from support.form_generator import Generated, generate
from support.form_runner import Frame, Lost, Runner, of_branches, whole

from aalpl.cost.engine import state as engine_state
from aalpl.cost.engine.front import derive
from aalpl.cost.form import nodes as f
from aalpl.cost.prices.models import PRIMITIVE
from aalpl.cost.result import Analysis, Answer, Quantity
from aalpl.program.size import Size

Number = Fraction | float
PAY: dict[Quantity, Callable[..., object]] = {
    Quantity("calls"): lambda event: 1,
    Quantity("tokens in"): lambda event: event.inputs,
    Quantity("tokens out"): lambda event: event.outputs,
    Quantity("cost", "primitive"): lambda e: e.outputs * e.inputs + Fraction(e.outputs * (e.outputs - 1)) / 2,
}


@attrs.frozen
class Joined:
    """What a fork took: for each quantity the work of all branches, and the path through its groups."""

    work: dict[Quantity, Number]
    path: dict[Quantity, Number]


class Timed(Frame):
    """A frame that keeps the events of each branch apart, so that the critical path can be followed."""

    def fork(self, step: f.Fork) -> None:
        low, high = whole(self.value(step.low)), whole(self.value(step.high))
        workers = high - low + 1 if step.workers is None else whole(self.value(step.workers))
        outside, each, branches = self.runner.events, list[list[object]](), dict[int, Frame]()
        for i in range(low, high + 1):
            self.runner.events = []
            branch = attrs.evolve(self, values=dict(self.values), arrays=dict(self.arrays)).inside(i)
            branch.values[step.index] = i
            branch.run(step.body)
            branches[i] = branch
            each.append(list(self.runner.events))
        self.runner.events = outside
        groups = [each[i : i + workers] for i in range(0, len(each), max(workers, 1))]
        work = {q: sum(added(branch, q) for branch in each) for q in PAY}
        path = {q: sum(max(longest(branch, q) for branch in group) for group in groups) for q in PAY}
        outside.append(Joined(work, path))  # type: ignore[arg-type]
        for name in step.results:
            self.arrays[name] = of_branches(branches, name)
        self.run(step.joins)

    def invoke(self, step: f.Invoke) -> None:
        form = self.runner.forms[step.function]
        values = {name: self.value(size) for name, size in step.args}
        arrays = {fill.array: self.filled(fill) for fill in step.arrays}
        callee = Timed(self.runner, form, values, arrays, self.indices, f"<{step.place}{self.via}")
        callee.whole_body()
        self.values.update([(mine, callee.values.get(theirs, 0)) for mine, theirs in step.results])
        self.arrays.update([(mine, callee.array(theirs)) for mine, theirs in step.array_results])


def added(events: list[object], quantity: Quantity) -> Number:
    return sum(e.work[quantity] if isinstance(e, Joined) else PAY[quantity](e) for e in events)  # type: ignore[misc]


def longest(events: list[object], quantity: Quantity) -> Number:
    return sum(e.path[quantity] if isinstance(e, Joined) else PAY[quantity](e) for e in events)  # type: ignore[misc]


def timed(made: Generated) -> Runner:
    """A run of `f`."""
    runner = Runner(made.forms, {**made.entry, "m": 1}, made.decide)
    frame = Timed(runner, made.forms["f"], {}, {}, (), "")
    frame.run(made.forms["f"].opening)
    frame.whole_body()
    return runner


class Family(int):
    """An observable as a number, and as a function of indices; what never happened is 0."""

    members: dict[tuple[int, ...], int]

    def __call__(self, *indices: int) -> int:
        return self.members.get(tuple(map(int, indices)), 0)


def environment(made: Generated, run: Runner, analysis: Analysis) -> dict[str, object]:
    values: dict[str, object] = {**made.entry, "m": 1}
    for name in analysis.observables:
        members = {indices: int(v) for (n, indices), v in run.recorded.items() if n == name and v is not None}
        family = Family(members.get((), 0))
        family.members = members
        values[name] = family
    return values


def within(size: Size | None, values: dict[str, object]) -> Number | None:
    return None if size is None else size.value(values)


def check(seed: int) -> tuple[int, int]:
    """How many quantities had an exact form, and how many were asked."""
    made = generate(seed)
    try:
        run = timed(made)
    except Lost:
        return 0, 0
    analysis = derive(made.forms, "f", None, {"primitive": PRIMITIVE.of})
    values = environment(made, run, analysis)
    exact = 0
    for quantity in PAY:
        for critical, fold in ((False, added), (True, longest)):
            answer = analysis.answer(attrs.evolve(quantity, critical=critical))
            paid = fold(list(run.events), quantity)
            exact += verdict(answer, paid, values, f"seed {seed}, {quantity.kind}, span: {critical}")
    return exact, 2 * len(PAY)


def verdict(answer: Answer, paid: Number, values: dict[str, object], where: str) -> int:
    form, low, high = (within(size, values) for size in (answer.exact, answer.lower, answer.upper))
    assert form is None or form == paid, f"{where}: {form} is not {paid}: {answer.exact}"
    assert low is None or low <= paid, f"{where}: lower {low} > {paid}: {answer.lower} of {answer.exact}"
    assert high is None or high >= paid, f"{where}: upper {high} < {paid}: {answer.upper} of {answer.exact}"
    return form is not None


@pytest.mark.parametrize("block", range(6))
def test_exact_is_paid_and_bounds_hold(block: int) -> None:
    found = [check(seed) for seed in range(10 * block, 10 * block + 10)]
    assert sum(exact for exact, _ in found) > 0


def test_what_is_lost_is_never_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """With hardly any formula allowed most values are lost; what is answered nevertheless must be right."""
    monkeypatch.setattr(engine_state, "LIMIT", 6)
    found = [check(seed) for seed in range(25)]
    assert sum(exact for exact, _ in found) < sum(asked for _, asked in found)
