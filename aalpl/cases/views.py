"""The views of a program: one table of functions text -> text, behind the literate cases and `aalpl show`."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from aalpl.program.nodes import Program
from aalpl.report.diagnostic import Diagnosed, Diagnostic, Label, Severity
from aalpl.report.source import Source


@attrs.frozen
class Request:
    """A program and what to show of it; the words after a block's kind: `cost focused at k=3,l=2 seed 7`."""

    source: Source
    function: str | None = None
    at: str = ""
    seed: int = 0
    adversary: str = "random"
    traced: bool = False


def request(source: Source, words: str) -> Request:
    """The request that a block's words make: a function's name, then `at`, `seed`, `adversary` with their values."""
    left = words.split()
    named: dict[str, str] = {}
    function = left.pop(0) if left and left[0] not in _OPTIONS else None
    while left:
        option = left.pop(0)
        if option not in _OPTIONS or not left:
            raise ValueError(f"`{words}`: after the function come {', '.join(_OPTIONS)}, each with a value")
        named[option] = left.pop(0)
    return Request(
        source, function, named.get("at", ""), int(named.get("seed", "0")), named.get("adversary", "random")
    )


_OPTIONS = ("at", "seed", "adversary")


def error(asked: Request) -> str:
    """The diagnostics, one a line, hints and other places below them; empty for a program without any."""
    from aalpl.cases.examine import examined

    return "".join(_told(diagnostic) for diagnostic in examined(asked.source)[1])


def tree(asked: Request) -> str:
    """What was written, node by node."""
    from aalpl.tree import parse, show

    file, diagnostics = parse(asked.source)
    if file is None:
        raise Diagnosed(*diagnostics)
    return show(file)


def canonical(asked: Request) -> str:
    """The program in its canonical form."""
    from aalpl.tree import parse, write

    file, diagnostics = parse(asked.source)
    if file is None:
        raise Diagnosed(*diagnostics)
    return write(file)


def checked(asked: Request) -> Program:
    """The checked program, or its diagnostics raised."""
    from aalpl.check import load

    found, diagnostics = load(asked.source)
    if found is None:
        raise Diagnosed(*diagnostics)
    return found


def function_of(of: Program, asked: Request) -> str:
    """The function asked for; without a name the program's own statements, or else its last function."""
    return asked.function or of.main or [f.name for f in of.functions.values() if not f.library][-1]


def program(asked: Request) -> str:
    """What the program means: names resolved, types and sizes, sugar lowered."""
    from aalpl.program.show import show

    return show(checked(asked))


def cost(asked: Request) -> str:
    """A function's quantities, one `quantity = formula` a line."""
    from aalpl.cost import analyse
    from aalpl.cost.words.view import cost_lines

    meaning = checked(asked)
    analysis = analyse(meaning, function_of(meaning, asked))
    return "".join(f"{line.text}\n" for line in cost_lines(analysis))


def form(asked: Request) -> str:
    """The integer form of a function, loop tree and all."""
    from aalpl.cost.form.text import written
    from aalpl.cost.lower.front import lower

    meaning = checked(asked)
    return written(lower(meaning)[function_of(meaning, asked)])


def rules(asked: Request) -> str:
    """The integer form of a function as transition rules, in KoAT's text format."""
    from aalpl.cost.koat.writer import koat
    from aalpl.cost.lower.front import lower

    meaning = checked(asked)
    forms = lower(meaning)
    return koat(forms[function_of(meaning, asked)], forms=forms)


def result(asked: Request) -> str:
    """What the function returns in a simulated run, as a person reads it."""
    from aalpl.cases.runs import ended

    run = ended(asked)
    if run.diagnostics:
        raise Diagnosed(*run.diagnostics)
    return f"{run.shown()}\n"


def trace(asked: Request) -> str:
    """The calls of a simulated run, one a line: where, who, tokens read and written."""
    from aalpl.cases.runs import ended

    rows = ended(attrs.evolve(asked, traced=True)).trace
    return "".join(f"{c.place} {c.primitive} {c.tokens_in} -> {c.tokens_out}\n" for c in rows)


def fault(asked: Request) -> str:
    """The diagnostics that end a simulated run."""
    from aalpl.cases.runs import faults

    return "".join(_told(diagnostic) for diagnostic in faults(asked))


VIEWS: dict[str, Callable[[Request], str]] = {
    "error": error,
    "tree": tree,
    "program": program,
    "form": form,
    "rules": rules,
    "cost": cost,
    "fmt": canonical,
    "output": result,
    "trace": trace,
    "fault": fault,
}


def _told(diagnostic: Diagnostic) -> str:
    weight = "" if diagnostic.severity is Severity.ERROR else f"{diagnostic.severity.value}: "
    rows = [f"{_at(diagnostic.label)}: {diagnostic.code}: {weight}{diagnostic.title}"]
    rows += [f"  {_at(other)}: {other.text}" for other in diagnostic.others]
    rows += [f"  hint: {diagnostic.hint}"] if diagnostic.hint else []
    return "".join(f"{row}\n" for row in rows)


def _at(label: Label) -> str:
    return f"{label.span.line}:{label.span.column}"
