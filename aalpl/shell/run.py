"""`aalpl run`: runs a program, and shows what was predicted beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from aalpl.program.nodes import Program
from aalpl.report.diagnostic import Diagnosed
from aalpl.run import Run, execute
from aalpl.run.backend import Scripted
from aalpl.run.trace import lines
from aalpl.shell import given, inputs, loaded, ran
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.files import read, writable, write
from aalpl.shell.options import ascii_only
from aalpl.shell.running import kept
from aalpl.shell.running import wishes as wished
from aalpl.shell.terminal import Terminal


@click.command()
@click.argument("file")
@click.argument("function", required=False)
@click.option("--at", "at", default="", metavar="n=1e6,k=100", help="Values of sizes and of int parameters.")
@click.option(
    "--input", "given_inputs", multiple=True, metavar="NAME=TEXT|@FILE", help="A parameter's value."
)
@click.option(
    "--backend", metavar="NAME[/MODEL]",
    help="Who answers for all models: sim, scripted, echo, or a backend such as openai/gpt-5-mini.",
)  # fmt: skip
@click.option("--script", "script", metavar="FILE", help="The answers of `--backend scripted`, as JSON.")
@wished.live
@kept.options
@click.option("--seed", default=0, show_default=True, help="The seed of the simulation.")
@click.option(
    "--adversary", type=click.Choice(["worst", "best", "random"]), default="random", show_default=True,
    help="How what nobody declared behaves, within the hypotheses.",
)  # fmt: skip
@click.option(
    "--lengths",
    type=click.Choice(["strict", "fit"]),
    default="strict",
    help="Cut and pad texts that do not fit.",
)
@click.option(
    "--allow-host", "hosts", multiple=True, metavar="MODULE", help="Oracles may be this module's functions."
)
@click.option("--trace", metavar="FILE", help="Write every call there, as JSON lines.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to report.")
@ascii_only
@click.pass_obj
def run(
    paper: Terminal,
    /,
    file: str,
    function: str | None,
    at: str,
    given_inputs: tuple[str, ...],
    backend: str | None,
    script: str | None,
    trace: str | None,
    form: str,
    hosts: tuple[str, ...],
    models: str | None,
    max_cost: str | None,
    max_calls: int | None,
    max_tokens: int | None,
    deadline: str | None,
    ask_above: str,
    yes: bool,
    env_file: str | None,
    both_ways: bool,
    **options: Any,
) -> int:
    """Run a program, on simulated models unless told otherwise.

    Sizes come from --at, from the inputs, and from the assumptions; inputs that are not given are simulated. With
    --models, or a models file that pyproject.toml ([tool.aalpl]) or aalpl.toml names, the models that have a backend
    there answer for real; all others are simulated, and the report says so.

    \b
    Examples:
      aalpl run debugging.aalp focused --at k=40,l=120,b=3
      aalpl run debugging.aalp focused --at k=40,l=120,b=3 --adversary worst --seed 7
      aalpl run sort.aalp --input docs=@docs.json --trace calls.jsonl
      aalpl run sort.aalp --input docs=@docs.json --models models.toml --max-cost 2.50
      aalpl run sort.aalp --input docs=@docs.json --backend openai/gpt-5-mini --max-calls 100 --deadline 10m
      aalpl run sort.aalp --input docs=@docs.json --models models.toml --journal sort.journal
    """
    keep = kept.keeping(options, backend)
    wishes = wished.wishes(
        models, max_cost, max_calls, max_tokens, deadline, ask_above, yes, env_file, both_ways
    )
    program = loaded.program(read(file), paper)
    name = loaded.one_function(program, function)
    sizes = given.parse(at)
    given.require(sizes, loaded.symbols(program, [name]))
    given.possible(sizes, program)
    values = inputs.read(given_inputs, program.functions[name])
    if trace is not None:
        writable(Path(trace))
    _allowed(hosts)
    said = _script(backend, script)
    if keep.wanted or _real(backend, wishes):
        from aalpl.shell.running.front import Asked, live

        asked = Asked(
            file, program, name, values, sizes, wishes, backend, said, hosts, trace, form, options, keep
        )
        if (code := live(asked, paper)) is not None:
            return code
    try:
        found = execute(
            program, name, values, sizes, backend=_backend(backend, said), allow_host=hosts, observe=True,
            trace=trace is not None, **options,
        )  # fmt: skip
    except Diagnosed as diagnosed:  # it could not begin: a size, an input or an answerer is missing
        paper.complain(diagnosed.diagnostics)
        return Exit.USAGE
    if trace is not None:
        write(
            Path(trace),
            "".join(f"{line}\n" for line in lines(found.trace, file, options["seed"], found.digest)),
        )
    return _report(paper, program, found, form, options["seed"])


def _report(paper: Terminal, program: Program, found: Run, form: str, seed: int) -> int:
    predicted = ran.predicted(program, found)
    if form == "json":
        paper.document(ran.as_json(found, predicted, seed))
    else:
        paper.say(ran.as_text(found, predicted, seed, paper.ink))
        paper.complain(found.diagnostics)
    return Exit.WRONG if found.broken else Exit.FINE


def _real(backend: str | None, wishes: wished.Wishes) -> bool:
    """Whether anybody but the simulator may be asked: no other run needs what real models need."""
    if wishes.limited or backend in ("sim", "scripted", "echo"):
        return wishes.limited
    return backend is not None or wishes.models is not None or any(Path(name).exists() for name in _PROJECT)


_PROJECT = ("pyproject.toml", "aalpl.toml")


def _backend(name: str | None, script: Any) -> Any:
    return Scripted(script) if name == "scripted" else name or "sim"


def _script(backend: str | None, script: str | None) -> Any:
    if script is None and backend == "scripted":
        raise Failure("a scripted run needs a script", "add `--script answers.json`")
    return None if script is None else inputs.script(script)


def _allowed(hosts: Sequence[str]) -> None:
    from importlib.util import find_spec

    for host in hosts:
        try:
            found = find_spec(host)
        except (ImportError, ValueError):
            found = None
        if found is None:
            raise Failure(
                f"there is no module `{host}`", "`--allow-host` takes an importable module", code="no-module"
            )
