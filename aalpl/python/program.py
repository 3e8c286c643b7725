"""A checked program as a value: bound to whoever answers, asked what it costs, run."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any

import attrs

from aalpl.cost import analyse, main
from aalpl.live.bill import Bill
from aalpl.live.line import Journal, Purse, Watch
from aalpl.live.perform import Performed
from aalpl.live.stops import Ended
from aalpl.program import nodes as p
from aalpl.python.binding import Answerer, Budget, Kept, named, settled
from aalpl.python.failed import Failed
from aalpl.python.given import sizes_and_inputs
from aalpl.python.result import Result
from aalpl.python.running import Live, performed
from aalpl.report.diagnostic import Diagnosed, Diagnostic
from aalpl.report.source import Source
from aalpl.run.execute import execute
from aalpl.run.lower import Lowered, lower
from aalpl.run.prepare import Options
from aalpl.run.result import Run

if TYPE_CHECKING:
    from aalpl.cost.result import Analysis
    from aalpl.python.cost import Cost


@attrs.define
class Once:
    """What is worked out once for a program, whoever answers."""

    analyses: dict[tuple[str, str], Analysis] = attrs.field(factory=dict)
    lowered: dict[bool, Lowered] = attrs.field(factory=dict)


@attrs.frozen(eq=False)
class Program:
    """A program that is right. `diagnostics` are warnings and hints; `checked` is what it means, node by node."""

    source: Source = attrs.field(repr=lambda source: source.name)
    checked: p.Program = attrs.field(repr=False)
    diagnostics: tuple[Diagnostic, ...] = attrs.field(default=(), repr=False)
    bound: Mapping[str, Answerer] = attrs.field(factory=dict)
    _kept: Once = attrs.field(factory=Once, repr=False)

    @property
    def functions(self) -> tuple[str, ...]:
        """The functions of the file, in order."""
        return tuple(f.name for f in self.checked.functions.values() if not f.library)

    @property
    def primitives(self) -> tuple[str, ...]:
        """What is asked of models."""
        return tuple(self.checked.primitives)

    @property
    def sizes(self) -> tuple[str, ...]:
        """The declared sizes, constants and probabilities."""
        return tuple(self.checked.sizes)

    def bind(self, answerers: Mapping[str, Answerer] | None = None, /, **more: Answerer) -> Program:
        """The same program with these answering, by the name of a primitive, else of its model, else `*` for all.

        What nobody answers is simulated. Raises TypeError where a name or the arguments of a function do not fit."""
        said = settled(self.checked, {**(answerers or {}), **more})
        return attrs.evolve(self, bound=named({**self.bound, **said}))

    def cost(
        self,
        function: str | None = None,
        quantity: str = "cost",
        *,
        under: str = "primitive",
        of: str | None = None,
    ) -> Cost:
        """A quantity of a function: `cost`, `calls`, `tokens in`, `tokens out`, `tokens`, or `span …` of each.

        `under` is the meaning of `cost`: a cost model's name, or an expression over m, P and O. `of` is a primitive or
        a model that alone counts. Raises `Failed` where a cost model means nothing, KeyError for a function or
        quantity that there is not."""
        from aalpl.python.cost import costs  # engines are loaded when a cost is asked for

        return costs(self.checked, self.analysis(function, under), quantity, under, of)

    def run(
        self,
        function: str | None = None,
        /,
        *values: Any,
        at: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        seed: int = 0,
        adversary: str = "random",
        lengths: str = "strict",
        allow_host: Sequence[str] = (),
        budget: Budget | Purse | None = None,
        journal: str | PathLike[str] | Kept | Journal | None = None,
        watches: Sequence[Watch] = (),
        ahead: int | None = None,
        trace: bool = False,
        **named: Any,
    ) -> Result:
        """Runs a function to its end, in an event loop of its own; see `arun` for use inside of one.

        `values` are inputs in the order of the parameters; a name of `named` is a parameter or a size, as those of
        `inputs` and of `at`. What is not given is simulated within its type. Raises `Failed` where the run cannot
        begin, and where it ends before its result."""
        started = self.arun(
            function, *values, at=at, inputs=inputs, seed=seed, adversary=adversary, lengths=lengths,
            allow_host=allow_host, budget=budget, journal=journal, watches=watches, ahead=ahead, trace=trace, **named,
        )  # fmt: skip
        if _inside_a_loop():
            started.close()
            raise RuntimeError("an event loop is running here: `await program.arun(…)`")
        return asyncio.run(started)

    async def arun(
        self,
        function: str | None = None,
        /,
        *values: Any,
        at: Mapping[str, Any] | None = None,
        inputs: Mapping[str, Any] | None = None,
        seed: int = 0,
        adversary: str = "random",
        lengths: str = "strict",
        allow_host: Sequence[str] = (),
        budget: Budget | Purse | None = None,
        journal: str | PathLike[str] | Kept | Journal | None = None,
        watches: Sequence[Watch] = (),
        ahead: int | None = None,
        trace: bool = False,
        **named: Any,
    ) -> Result:
        """The same inside a running event loop. Cancelled, it cancels all that is under way and waits for it.

        `budget` is what it may take, `journal` a file that keeps every answer: a run that ended goes on from there.
        `ahead` is how many branches of a parallel loop may be under way; of those that go on, results and what is
        counted are in the order of the program."""
        try:
            name = self._chosen(function)
            sizes, given = sizes_and_inputs(self.checked, name, values, at, inputs, named)
            options = Options(
                seed=seed, adversary=adversary, lengths=lengths, allow_host=allow_host, trace=trace,
                observe=True, lowered=self._lowered(adversary),
            )  # fmt: skip
            if not self.bound:
                return self._told(Performed(self._simulated(name, given, sizes, options)))
            live = Live(budget, journal, watches, ahead)
            found, bill = await performed(self.checked, name, given, sizes, options, self.bound, live)
        except Ended as ended:  # a backend or a journal that cannot be opened
            span = next(iter(self.checked.functions.values())).span
            raise Failed((ended.diagnostic(span),)) from ended
        except Failed:
            raise
        except Diagnosed as diagnosed:
            raise Failed(diagnosed.diagnostics) from None
        return self._told(found, bill)

    def _told(self, found: Performed, bill: Bill | None = None) -> Result:
        result = Result(found.run, lambda: self.analysis(found.run.function), bill)
        if found.run.diagnostics:
            cause = found.ended and (found.ended.__cause__ or found.ended)
            raise Failed(found.run.diagnostics, result) from cause
        return result

    def _simulated(
        self, name: str, given: Mapping[str, Any], sizes: Mapping[str, Any], options: Options
    ) -> Run:
        return execute(
            self.checked, name, given, sizes, seed=options.seed, adversary=options.adversary, lengths=options.lengths,
            observe=True, trace=options.trace, allow_host=options.allow_host, lowered=options.lowered,
        )  # fmt: skip

    def _chosen(self, function: str | None) -> str:
        if function is not None and function not in self.checked.functions:
            raise KeyError(f"the program has no function `{function}`; it has {', '.join(self.functions)}")
        if function is None and self.checked.main is None and len(self.functions) != 1:
            raise TypeError(f"the program has several functions: {', '.join(self.functions)}")
        return function or main(self.checked)

    def analysis(self, function: str | None = None, under: str = "primitive") -> Analysis:
        """The analysis behind `cost`, worked out once."""
        key = self._chosen(function), under
        if key not in self._kept.analyses:
            try:
                self._kept.analyses[key] = analyse(self.checked, *key[:1], costmodels=(under,))
            except Diagnosed as diagnosed:
                raise Failed(diagnosed.diagnostics) from None
        return self._kept.analyses[key]

    def _lowered(self, adversary: str) -> Lowered:
        steer = adversary != "random"
        if steer not in self._kept.lowered:
            self._kept.lowered[steer] = lower(self.checked, observe=True, steer=steer)
        return self._kept.lowered[steer]


def _inside_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
