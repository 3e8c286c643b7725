"""How long a one-line edit of a 300-line program takes in a process that is already running, stage by stage.

python benchmarks/edit.py [ROUNDS]

Every round changes one line of one function, and asks what is the matter with the file and what that function costs; the
next round changes another. Beside it: the same questions of somebody who knows nothing, and the costs of all functions.
Times are processor times, of the round that was disturbed least.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from startup import lines

from aalpl.check import check
from aalpl.check.library import Library
from aalpl.check.walks import Walks
from aalpl.cost import analyse
from aalpl.cost.kept.desk import Desk
from aalpl.cost.words.summary import summarise
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.tree import parse

LIMIT = 0.150


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    text = lines(300)
    desk, walks, library = Desk(), Walks(), Library()
    for name in (reading := desk.read(Source("edited.aalp", text))).functions:
        reading.summary(name)
    checked(text, library, walks)
    edits = [edit(text, i) for i in range(rounds)]
    stages = [
        ("parse", [seconds(parse, Source("edited.aalp", new)) for new, _ in edits]),
        ("parse, check", [seconds(checked, new, library, walks) for new, _ in edits]),
        ("all of the edit", [seconds(edited, desk, new, name) for new, name in edits]),
        ("anew", [seconds(anew, new, [name]) for new, name in edits[:2]]),
        ("anew, all functions", [seconds(anew, text, None)]),
    ]
    best = {name: min(times) for name, times in stages}
    whole = best["anew, all functions"]
    print(f"{text.count(chr(10))} lines, {len(reading.functions)} functions")
    for name, found in best.items():
        print(f"{name:24} {1000 * found:8.1f} ms {whole / found:8.1f} x less than all anew")
    print(f"limit {1000 * LIMIT:.0f} ms: {'kept' if best['all of the edit'] <= LIMIT else 'MISSED'}")
    print(f"functions looked at again: {desk.walks.made - len(reading.functions)} of {rounds} edited")


def edit(text: str, number: int) -> tuple[str, str]:
    """The program with one line of one function changed, and that function's name."""
    name = f"focused_{number}"
    begin = text.index(f"def {name}(")
    return text[:begin] + text[begin:].replace("0..k-1", f"{number % 3 + 1}..k-1", 1), name


def checked(text: str, library: Library, walks: Walks | None = None) -> Program:
    """The program of a text."""
    source = Source("edited.aalp", text)
    file, _ = parse(source)
    assert file is not None
    program, problems = check(file, source, library, None, walks)
    assert program is not None, problems
    return program


def edited(desk: Desk, text: str, name: str) -> None:
    """What is the matter with it, and what one function costs."""
    reading = desk.read(Source("edited.aalp", text))
    assert reading.program is not None, reading.problems
    assert reading.diagnostics is not None
    reading.summary(name)


def anew(text: str, names: list[str] | None) -> None:
    """The same, with nothing known; of all functions where none are named."""
    program = checked(text, Library())
    for name in names or [f.name for f in program.functions.values() if not f.library]:
        summarise(program, analyse(program, name))


def seconds(action: Callable[..., object], *on: object) -> float:
    """How long it takes."""
    begin = time.process_time()
    action(*on)
    return time.process_time() - begin


if __name__ == "__main__":
    main()
