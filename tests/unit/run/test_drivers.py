"""The fast driver, the stepping driver and the observing code are one interpreter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import attrs
import pytest
from support.programs import generate
from support.running import checked, ran

from aalpl.run import execute
from aalpl.run.drive import Stepper
from aalpl.run.prepare import prepare
from aalpl.run.sites import CALL
from aalpl.run.trace import lines

DEEP = """
llm M(x: text) -> text[1] size m

def down(n: int) -> int:
    if n <= 0 then
        y <- M("end")
        return 0
    r <- down(n - 1)
    return r + 1

def count(n: int) -> int:
    if n <= 0 then
        return 0
    return count(n - 1) + 1

def branching(n: int):
    if n > 0 then
        parallel for i in 1..1 do
            branching(n - 1)
"""


@pytest.mark.parametrize("seed", range(1000, 1012))
@pytest.mark.parametrize("adversary", ["random", "worst", "best"])
def test_random_programs_run_alike_everywhere(seed: int, adversary: str) -> None:
    made = generate(seed)
    program = checked(made.text.replace(" window 10^12", ""))  # which some size exceeds
    fast = execute(program, "f", at=made.sizes, seed=seed, adversary=adversary, trace=True)
    slow = execute(program, "f", at=made.sizes, seed=seed, adversary=adversary, trace=True, stepping=True)
    observing = execute(program, "f", at=made.sizes, seed=seed, adversary=adversary, observe=True)
    again = execute(program, "f", at=made.sizes, seed=seed, adversary=adversary)
    assert fast.digest == slow.digest == observing.digest == again.digest
    assert fast.meter == slow.meter == observing.meter
    assert fast.trace == slow.trace
    assert fast.shown() == slow.shown()
    assert fast.diagnostics == ()
    assert not fast.broken, fast.hypotheses  # the simulator keeps to every hypothesis


def test_the_digest_is_the_same_in_every_process() -> None:
    program = (
        "from support.running import ran\nfrom support.programs import generate\nm = generate(7)\n"
        "print(ran(m.text.replace(' window 10^12', ''), 'f', at=m.sizes).digest)"
    )
    root = Path(__file__).parents[3]
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root}:{root / 'tests'}"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


def test_a_trace_is_json_lines() -> None:
    run = ran(DEEP, "down", at={"n": 1}, trace=True)
    head, line = [json.loads(row) for row in lines(run.trace, "deep", 0, run.digest)]
    assert head == {"version": 1, "program": "deep", "seed": 0, "digest": run.digest}
    assert line == {"place": "6", "primitive": "M", "model": "M", "tokens_in": 1, "tokens_out": 1}


def test_another_seed_is_another_run() -> None:
    program = checked("llm M() -> text[1..1000] size m\ndef f() -> text:\n    return M() ++ M() ++ M()\n")
    assert len({execute(program, seed=seed).digest for seed in range(10)}) == 10


@pytest.mark.parametrize("function", ["down", "count", "branching"])
def test_recursion_is_as_deep_as_memory(function: str) -> None:
    depth = 20_000 if function == "branching" else 100_000
    run = ran(DEEP, function, at={"n": depth})
    assert run.diagnostics == ()
    if function != "branching":
        assert run.value == depth


def test_a_program_stops_at_every_request() -> None:
    program = checked(DEEP)
    prepared = prepare(program, "down", at={"n": 3})
    stepper: Stepper = prepared.stepper()
    assert stepper.pending is not None
    assert stepper.pending[0] != CALL
    assert not stepper.done
    stepper.answer((1, 0, 77, 1))
    assert stepper.done
    assert stepper.result == 3


def test_a_run_is_data() -> None:
    run = ran(DEEP, "down", at={"n": 1}, trace=True)
    assert attrs.has(type(run))
    (call,) = run.trace
    assert (call.place, call.primitive, call.model, call.tokens_in, call.tokens_out) == ("6", "M", "M", 1, 1)
