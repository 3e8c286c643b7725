"""A whole program as one Python code object.

Every function becomes a Python function of the same parameters. One that may ask something is a generator: it yields
requests (tuples, see `aalpl.run.sites`) and receives answers; a call of another such function is a request too, so that
recursion is as deep as memory allows. One that asks nothing is an ordinary function. The code object is made once;
a run executes it in a namespace that holds the sizes and the operations on values.
"""

from __future__ import annotations

from types import CodeType
from typing import Any

import attrs

from aalpl.program import nodes as p
from aalpl.report.diagnostic import Diagnosed, Diagnostic, Label
from aalpl.report.source import Span
from aalpl.run.faults import Complaint
from aalpl.run.lower.functions import function
from aalpl.run.lower.hypotheses import Hypothesis
from aalpl.run.lower.primitives import handed_over, request_maker
from aalpl.run.lower.purity import direct_functions, pure_functions, straight_functions
from aalpl.run.lower.scope import Tables, identifier
from aalpl.run.lower.writer import line_table
from aalpl.run.sites import Site

FILE = "<aalpl>"
"""The file name of generated code in tracebacks."""


@attrs.frozen
class Lowered:
    """The code of a program and everything its drivers need to know about it."""

    program: p.Program
    code: CodeType
    text: str
    lines: dict[int, Span]
    sites: tuple[Site, ...]
    complaints: tuple[Complaint, ...]
    hypotheses: tuple[Hypothesis, ...]
    constants: dict[str, Any]
    globals: dict[str, str]  # Python name -> size or family of the run
    names: dict[str, str]  # function -> Python name
    pure: frozenset[str]  # functions that are no generators
    needs: dict[str, frozenset[str]]  # function or primitive -> sizes of the run it speaks of
    calls: dict[str, frozenset[str]]  # function -> functions, primitives, oracles it may use
    observe: bool


def lower(program: p.Program, *, observe: bool = False, steer: bool = False) -> Lowered:
    """Generates, compiles; raises `Diagnosed` where the program is nested deeper than Python can be."""
    tables = Tables(program, observe, steer, pure=pure_functions(program), handed_over=handed_over(program))
    functions = _all_functions(program)
    inner = {name: f for name, f in functions.items() if name not in program.functions}
    tables.direct = direct_functions(tables.pure, inner)
    tables.straight = straight_functions(program)
    names = {name: f"f_{identifier(name)}" for name in functions}
    try:
        scopes = {name: function(f, names[name], tables) for name, f in functions.items()}
        makers = {
            name: request_maker(program.primitives[name], f"ask_{identifier(name)}", tables)
            for name in tables.handed_over
        }
        rows = [row for scope in (*scopes.values(), *makers.values()) for row in scope.writer.rows]
        text = "\n".join(tables.preamble + rows) + "\n"
        code = compile(text, FILE, "exec")
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise _too_deep(error, program) from None
    return Lowered(
        program=program,
        code=code,
        text=text,
        lines=line_table(text, tables.marks.spans),
        sites=tuple(tables.sites[1:]),
        complaints=tuple(tables.complaints),
        hypotheses=tuple(tables.counted),
        constants=tables.constants,
        globals=tables.globals,
        names=names,
        pure=tables.pure | tables.direct,
        needs={name: frozenset(scope.used) for name, scope in (scopes | makers).items()},
        calls={name: frozenset(scope.called) for name, scope in scopes.items()},
        observe=observe,
    )


def _all_functions(program: p.Program) -> dict[str, p.Function]:
    """Functions, bodies of oracles and measures, and simulations of primitives."""
    found = dict(program.functions)
    for oracle in program.oracles.values():
        if oracle.body is not None:
            name = f"body of {oracle.name}"
            found[name] = attrs.evolve(oracle.body, name=name)
    for primitive in program.primitives.values():
        if primitive.simulate is not None:
            name = f"simulate {primitive.name}"
            found[name] = attrs.evolve(primitive.simulate, name=name)
    return found


def _too_deep(error: BaseException, program: p.Program) -> BaseException:
    """Python's own limits as a diagnostic; any other syntax error is a bug of this stage and stays what it is."""
    if isinstance(error, SyntaxError) and not any(
        word in str(error) for word in ("nested", "parenthes", "stack")
    ):
        return error
    first = next(iter(program.functions.values()))
    hint = "give names to inner expressions, or move inner loops to functions of their own"
    title = "this program is nested too deeply to run"
    return Diagnosed(Diagnostic("too-deep", title, Label(first.span), hint=hint))
