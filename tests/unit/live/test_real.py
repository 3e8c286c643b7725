"""A real model, from a file that AALPL_TEST_GGUF names: predicted is what is counted, and what is billed follows from it."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import attrs
import pytest

from aalpl.backends import local, openai
from aalpl.cases import beside
from aalpl.check import load
from aalpl.cost import analyse
from aalpl.live.binding import Binding
from aalpl.live.fitted import Fitted, fitted
from aalpl.live.line import Line
from aalpl.live.perform import perform
from aalpl.live.reply import Reply
from aalpl.run.backend import Question
from aalpl.run.prepare import Options
from aalpl.run.result import Run
from aalpl.tree import read_source

DESK = Path(__file__).resolve().parents[3] / "examples/real"
MODEL = os.environ.get("AALPL_TEST_GGUF")

pytestmark = pytest.mark.skipif(MODEL is None, reason="AALPL_TEST_GGUF names no model")


@attrs.define
class Calls:
    """Watches a run: of each primitive the payload and the bill of every answer that was taken."""

    read: dict[str, list[tuple[int, int]]] = attrs.field(factory=dict)
    refusals: int = 0

    def began(self, question: Question) -> None:
        pass

    def failed(self, question: Question, lost: bool) -> None:
        pass

    def ended(self, question: Question, reply: Reply, paid: bool) -> None:
        assert reply.usage.tokens_in is not None
        if not question.earlier:
            self.read.setdefault(question.primitive.name, []).append((question.read, reply.usage.tokens_in))

    def refused(self, question: Question, reply: Reply) -> None:
        self.refusals += 1


async def performed(backend: Any, letters: list[str]) -> tuple[Run, Calls]:
    program, _ = load(read_source(DESK / "desk.aalp"))
    assert program is not None
    calls = Calls()
    found = await perform(
        program,
        "desk",
        {"letters": letters},
        lines={"*": Line(backend, again=4)},
        watches=[calls],
        options=Options(observe=True),
        ahead=1,
    )
    await backend.aclose()
    if isinstance(backend, openai.OpenAI) and found.run.diagnostics:  # no grammar holds it there
        pytest.skip(f"the model does not keep the contract: {found.run.diagnostics[0].title}")
    assert not found.run.diagnostics, found.run.diagnostics
    return found.run, calls


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """The same model behind HTTP."""
    xllamacpp = pytest.importorskip("xllamacpp")
    params = xllamacpp.CommonParams()
    params.model.path, params.n_ctx, params.n_parallel, params.verbosity = MODEL, 4096, 1, -1
    params.cpuparams.n_threads = 1
    server = xllamacpp.Server(params)
    yield f"{server.listening_address}/v1"
    del server


@pytest.fixture(params=["local", "http"])
def backend(request: pytest.FixtureRequest) -> Any:
    """A maker of backends: a run closes its own."""
    more = {"temperature": 0}
    if request.param == "local":
        return lambda: local.make(Binding(model=MODEL, window=2048, more=more | {"threads": 1}), None)
    address = request.getfixturevalue("endpoint")
    return lambda: openai.make(Binding(model="local", address=address, more=more), None)


def letters(name: str) -> list[str]:
    found: list[str] = json.loads((DESK / f"{name}.json").read_text(encoding="utf-8"))
    return found


def test_what_is_predicted_is_counted_and_what_is_billed_follows(backend: Any, capsys: Any) -> None:
    program, _ = load(read_source(DESK / "desk.aalp"))
    assert program is not None
    analysis = analyse(program, "desk")
    run, calls = asyncio.run(performed(backend(), letters("letters")[:8]))
    other, unseen = asyncio.run(performed(backend(), letters("more_letters")))
    for each in (run, other):
        predicted, measured = beside.predicted(analysis, each), beside.measured(each)
        assert {name: predicted[name] for name in ("calls", "tokens in", "tokens out", "span calls")} == {
            name: measured[name] for name in ("calls", "tokens in", "tokens out", "span calls")
        }
    fits = {name: fitted(points) for name, points in calls.read.items()}
    with capsys.disabled():
        for name, points in calls.read.items():
            payload, billed = map(sum, zip(*points, strict=True))
            fit = fits[name]
            assert fit is not None
            sys.stdout.write(
                f"\n{name}: billed {billed} / payload {payload} = {billed / payload:.2f}; {told(fit)}"
            )
    guess, bill = Fraction(0), 0
    for name, points in unseen.read.items():
        fit = fits.get(name)
        if fit is None:  # never asked before
            continue
        guess += fit.billed(sum(payload for payload, _ in points), len(points))
        bill += sum(billed for _, billed in points)
    assert abs(guess - bill) <= Fraction(3, 100) * bill, (float(guess), bill)


def told(fit: Fitted) -> str:
    return f"{float(fit.overhead):.1f} + {float(fit.ratio):.3f} * payload"
