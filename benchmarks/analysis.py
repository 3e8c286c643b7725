"""Seconds of processor time that `aalpl cost FILE FUNCTION` and the claims of a file take: median, worst, and by stage.

Run: python benchmarks/analysis.py [WORD ...]. Cases are the functions of examples/, of the golden cases in tests/cases/cost
and of tests/support/shapes.py, those that have a word in their names where some are given. A function's case is its whole
table; the claims of a file are one case. Imports are over before the first case. Shares of stages are sampled.
"""

from __future__ import annotations

import signal
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import attrs

from aalpl.cases.document import blocks
from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.claims.verdict import decisions
from aalpl.cost.words import table
from aalpl.cost.words.summary import summarise
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.report.ink import Ink
from aalpl.shell import garbage, likely

ROOT = Path(__file__).resolve().parents[1]
TICK = 0.005
LIMITS = {"deterministic": (0.1, 2.0), "probabilistic": (0.2, 3.0)}
SLOWEST = 20


@attrs.frozen
class Case:
    """Something to do, and what it took."""

    name: str
    kind: str
    seconds: float


@attrs.define
class Stages:
    """Where the processor is, asked every five milliseconds: the innermost package of `aalpl/cost` on the stack."""

    found: Counter[str] = attrs.field(factory=Counter)

    def __enter__(self) -> Stages:
        signal.signal(signal.SIGPROF, self._tick)
        signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _tick(self, _: int, frame: FrameType | None) -> None:
        self.found[stage(frame)] += 1


def stage(frame: FrameType | None) -> str:
    """The stage that a frame belongs to; arithmetic of sizes counts where it is asked for."""
    while frame is not None:
        _, inside, rest = frame.f_code.co_filename.partition("/aalpl/cost/")
        package = rest.partition("/")[0]
        if inside and package not in ("sizes", "result.py", "__init__.py"):
            return package
        frame = frame.f_back
    return "other"


def texts() -> Iterator[tuple[str, str]]:
    """The names and the texts of all programs."""
    for path in sorted((ROOT / "examples").rglob("*.aalp")):
        yield path.stem, path.read_text()
    for path in sorted((ROOT / "tests" / "cases" / "cost").glob("*.md")):
        for block in blocks(path.read_text()):
            if block.kind == "aalp":
                yield f"{path.stem}:{block.first}", block.text
    sys.path.insert(0, str(ROOT))
    from tests.support.shapes import SHAPES

    for shape in SHAPES:
        yield "shape", shape.text


def jobs(name: str, text: str) -> Iterator[tuple[str, str, Callable[[], object]]]:
    """What is asked of a program: each function's table, and the claims."""
    program, diagnostics = load(Source(f"{name}.aalp", text))
    assert program is not None, (name, diagnostics)
    for function in program.functions.values():
        if not function.library:
            kind = "probabilistic" if random(program, function.name) else "deterministic"
            yield f"{name} {function.name}", kind, lambda f=function.name: told(program, f)
    if program.claims:
        kinds = [random(program, f.name) for f in program.functions.values() if not f.library]
        kind = "probabilistic" if any(kinds) else "deterministic"
        yield f"{name} claims", kind, lambda: list(decisions(program, program.claims))


def random(program: Program, function: str) -> bool:
    """Whether something that a function does is random, or it may be wrong."""
    from aalpl.cost.chance.front import is_random
    from aalpl.cost.lower.front import lower
    from aalpl.cost.reliability.success import concerned

    return is_random(lower(program), function) or concerned(program, function)


def told(program: Program, function: str) -> str:
    """What `aalpl cost FILE FUNCTION` prints."""
    summary = summarise(program, analyse(program, function))
    return table.details(summary, Ink()) + likely.told(program, summary, None)


def measured(words: list[str]) -> tuple[list[Case], Counter[str]]:
    """Every case, done once."""
    stages = Stages()
    cases = []
    for name, text in texts():
        for what, kind, job in jobs(name, text):
            if words and not any(word in what for word in words):
                continue
            start = time.process_time()
            with stages:
                job()
            cases.append(Case(what, kind, time.process_time() - start))
    return cases, stages.found


def main(words: list[str]) -> None:
    """The tables."""
    garbage.seldom()  # as commands do
    warm, _ = load(
        Source(
            "warm.aalp",
            "size k\nllm f(x: text[1]) -> text[1]  size m\n"
            'def g(n: int):\n    while n > 0 do\n        f("a")\n        n <- n - (any int in 1..2)\n',
        )
    )
    assert warm is not None
    told(warm, "g")
    cases, stages = measured(words)
    for kind, (median, worst) in LIMITS.items():
        times = sorted(case.seconds for case in cases if case.kind == kind)
        if times:
            over = sum(seconds > worst for seconds in times)
            print(
                f"{kind:14} {len(times):4} cases   median {statistics.median(times) * 1000:6.1f} ms (limit {median * 1000:.0f})"
                f"   worst {times[-1]:6.3f} s (limit {worst:.0f}), {over} over it   sum {sum(times):7.2f} s"
            )
    total = sum(stages.values()) or 1
    print(
        "\n" + "  ".join(f"{name} {count * 100 / total:.0f}%" for name, count in stages.most_common()) + "\n"
    )
    for case in sorted(cases, key=lambda case: -case.seconds)[:SLOWEST]:
        print(f"{case.seconds:8.3f} s  {case.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
