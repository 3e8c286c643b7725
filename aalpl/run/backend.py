"""Backends: one class with one method that answers a question. The driver asks, validates, and meters.

`sim` needs no questions: it samples contracts directly. What a backend does not answer (oracles, choices, draws) the
simulator does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import attrs

from aalpl.program.nodes import Primitive
from aalpl.program.types import Type
from aalpl.report.source import Span
from aalpl.run import texts
from aalpl.run.conform import conforming
from aalpl.run.drive import Handler, Request
from aalpl.run.faults import Complaint, Fault, stop
from aalpl.run.ledger import Ledger
from aalpl.run.meter import BATCH, Meter
from aalpl.run.sim.facts import remember
from aalpl.run.sim.world import World
from aalpl.run.sites import AskSite, Site
from aalpl.run.values import counter, keyer, plain, text_of


@attrs.frozen
class Refused:
    """An answer that the contract does not allow: the answer, what was found in it, and what the contract says."""

    said: str
    found: str
    wanted: str


@attrs.frozen
class Question:
    """A call of a primitive: its arguments as text, by name, and what may be answered.

    `sizes` are the numbers of the contract (see `lower.contracts`). `key` is the place in the run (`aalpl.live.place`);
    `earlier` what was answered before and refused, with the reason; `turns` the transcript as (role, text), where
    replies of the same model are the `assistant`'s; `given` the arguments as values of the language, `read` how many tokens the
    meter counts for them."""

    primitive: Primitive
    place: str
    index: int | None
    args: Mapping[str, str]
    transcript: str | None
    contract: Type
    sizes: tuple[Any, ...]
    key: str = ""
    earlier: tuple[Refused, ...] = ()
    turns: tuple[tuple[str, str], ...] = ()
    given: tuple[Any, ...] = ()
    read: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """The arguments as plain values: strings, bools, ints, None, lists, dicts."""
        return {q.name: plain(v, q.type) for q, v in zip(self.primitive.params, self.given, strict=True)}


class Backend(Protocol):
    """Answers questions with plain values: a string, a bool, an int, None for nothing, a list, a dict."""

    def answer(self, question: Question) -> Any:
        """The answer."""


class Maker(Protocol):
    """Makes handlers: the simulator."""

    @property
    def meter(self) -> Meter:
        """Where its events go."""

    @property
    def ledger(self) -> Ledger:
        """Which event is which."""

    @property
    def world(self) -> World:
        """What was said about values."""

    def handler(self, site: Site) -> Handler:
        """The handler of one site."""


class Exhausted(Exception):
    """A script has no further answer."""


@attrs.define
class Scripted:
    """Answers from lists, one for each primitive (or one list for all, in the order of calls)."""

    answers: Mapping[str, Sequence[Any]] | Sequence[Any]
    used: dict[str, int] = attrs.field(factory=dict)

    def answer(self, question: Question) -> Any:
        """The next line of the script."""
        single = not isinstance(self.answers, Mapping)
        name = "" if single else question.primitive.name
        script = self.answers if not isinstance(self.answers, Mapping) else self.answers.get(name, ())
        n = self.used.get(name, 0)
        self.used[name] = n + 1
        if n >= len(script):
            raise Exhausted(question.primitive.name)
        return script[n]


@attrs.frozen
class Echo:
    """Answers with what was said last."""

    def answer(self, question: Question) -> Any:
        """The last argument, or the transcript."""
        said = list(question.args.values())
        return said[-1] if said else question.transcript or ""


BACKENDS: dict[str, Callable[[], Backend]] = {"echo": Echo}
"""Backends that need nothing, by name; `sim` is the simulator itself."""


def answering(
    backend: str | Backend, simulator: Maker, span: Span, *, fit: bool
) -> Callable[[Site], Handler]:
    """Who makes the handler of a site."""
    if backend == "sim":
        return simulator.handler
    if isinstance(backend, str):
        if backend not in BACKENDS:
            raise stop("unknown-backend", f"there is no backend `{backend}`", span, f"choose {_names()}")
        backend = BACKENDS[backend]()
    chosen: Backend = backend

    def make(site: Site) -> Handler:
        if isinstance(site, AskSite):
            return _asked(site, chosen, simulator, fit)
        return simulator.handler(site)

    return make


def question(site: AskSite, request: Request) -> Question:
    """A request in words."""
    params = site.primitive.params
    values = request[2]
    transcript = None
    if len(values) > len(params):
        transcript, values = texts.spelled(values[0]), values[1:]
    args = {q.name: text_of(v, q.type) for q, v in zip(params, values, strict=True)}
    return Question(
        site.primitive,
        site.place,
        request[3],
        args,
        transcript,
        site.type,
        request[4],
        given=values,
        read=request[1],
    )


def _asked(site: AskSite, backend: Backend, simulator: Maker, fit: bool) -> Handler:
    meter, world = simulator.meter, simulator.world
    count, emit = counter(site.type), simulator.ledger.emitter(site, meter)
    log = meter.log
    take = conforming(site.type, fit)
    broken = Complaint(
        "answer-contract", f"`{site.primitive.name}` answered {{}}", site.span, "its contract says {1}"
    )
    rivals = distinct(site)
    empty = Complaint(
        "script-exhausted", f"the script has no further answer for `{site.primitive.name}`", site.span
    )

    def answer(request: Request) -> Any:
        try:
            said = backend.answer(question(site, request))
        except Exhausted:
            raise Fault(empty) from None
        value, wrong = take(said, request[4])
        if wrong is not None:
            raise Fault(broken, *wrong)
        rivals(request, value)
        if request[5] is not None and value is not None:
            remember(site, request, value, world)
        if emit is not None:
            emit(request, count(value))
        else:
            log.append((request[0], request[1], count(value)))
            if len(log) >= BATCH:
                meter.flush()
        return value

    return answer


def distinct(site: AskSite) -> Callable[[Request, Any], None]:
    """With `rivals n` there are at most n + 1 different answers to equal inputs (semantics 13)."""
    allowed, same = site.primitive.rivals, keyer(site.type)
    keys = [keyer(param.type) for param in site.primitive.params]
    seen: dict[Any, set[Any]] = {}
    title = f"`{site.primitive.name}` gave {{}} different answers to equal inputs"
    complaint = Complaint("rivals-broken", title, site.span, "`rivals` allows {1}")

    def check(request: Request, value: Any) -> None:
        if allowed is None:
            return
        asked = (request[3], *(k(a) for k, a in zip(keys, request[2], strict=False)))
        answers = seen.setdefault(asked, set())
        answers.add(same(value))
        if len(answers) > allowed + 1:
            raise Fault(complaint, len(answers), allowed + 1)

    return check


def _names() -> str:
    return " or ".join(f"`{name}`" for name in ("sim", *BACKENDS))


__all__ = ["BACKENDS", "Backend", "Echo", "Question", "Scripted", "answering", "question"]
