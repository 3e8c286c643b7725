"""What a journal costs: a run of many calls without one, recording into one, and going on from it.

python benchmarks/journal.py [CALLS]
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aalpl.check import load
from aalpl.live.journal.header import header
from aalpl.live.journal.opening import opened
from aalpl.live.line import Line
from aalpl.live.perform import perform
from aalpl.live.reply import Reply, Usage
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run.backend import Question
from aalpl.run.prepare import Options

PROGRAM = """\
llm ask(x: text) -> text size 1
def in_sequence(x: text[30], k: int):
    for i in 1..k do ask(x)
def in_parallel(x: text[30], k: int):
    parallel for i in 1..k do ask(x)
"""


class Model:
    """Answers at once."""

    def answer(self, question: Question) -> Any:
        return Reply("one two three " * 10, Usage(40, 30))


def timed(program: Program, function: str, calls: int, file: Path | None) -> tuple[float, float]:
    """Seconds on the wall and of the processor, with everything from the opening of the journal on."""
    wall, processor = time.perf_counter(), time.process_time()
    journal = None
    if file is not None:
        told = header(program, function, None, {"k": calls}, Options(), {"*": "model"})
        journal = opened(file, told, time.time)
    lines = {"*": Line(Model())}
    found = asyncio.run(
        perform(program, function, None, {"k": calls}, lines=lines, journal=journal, ahead=128)
    )
    assert found.ended is None
    if journal is not None:
        journal.close("finished")
    return time.perf_counter() - wall, time.process_time() - processor


def main() -> None:
    """One table."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    program, _ = load(Source("program.aalp", PROGRAM))
    assert program is not None
    print(f"{calls:,} calls{'':14}seconds   of the processor")
    for function in ("in_sequence", "in_parallel"):
        with TemporaryDirectory() as folder:
            file = Path(folder) / "journal"
            for what, where in (("no journal", None), ("recording", file), ("going on", file)):
                wall, processor = timed(program, function, calls, where)
                print(f"{function:12} {what:12} {wall:9.2f} {processor:18.2f}")
            print(f"{function:12} {'megabytes':12} {file.stat().st_size / 1e6:9.1f}")


if __name__ == "__main__":
    main()
