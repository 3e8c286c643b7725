"""`aalpl run` where models are real: what it will cost, whether it may begin, the run, what it did cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from aalpl.live.journal.header import Header, header, words
from aalpl.live.stops import Ended, Interrupted, Stopped, Unkept
from aalpl.live.unpayable import unpayable
from aalpl.program.nodes import Program
from aalpl.report.diagnostic import Diagnosed
from aalpl.run.prepare import Options, Prepared, prepare
from aalpl.run.trace import lines as trace_lines
from aalpl.shell import keys, ran
from aalpl.shell.failure import Exit, Failure
from aalpl.shell.files import write
from aalpl.shell.running.answering import Answering, answering
from aalpl.shell.running.keeper import keeper, replaying
from aalpl.shell.running.kept import Keeping
from aalpl.shell.running.live import Lived, Plan, lived
from aalpl.shell.running.wishes import Wishes, amount
from aalpl.shell.terminal import Terminal

if TYPE_CHECKING:
    from aalpl.shell.running.ahead import Ahead


@attrs.frozen
class Asked:
    """What the command line says: `inputs` and `sizes` for a function of a program, and how to run it."""

    file: str
    program: Program
    function: str
    inputs: Mapping[str, Any]
    sizes: Mapping[str, Any]
    wishes: Wishes
    backend: str | None
    script: Any
    hosts: tuple[str, ...]
    trace: str | None
    form: str
    options: Mapping[str, Any]
    keep: Keeping = Keeping()


def live(asked: Asked, paper: Terminal) -> int | None:
    """Runs on real models and reports; None where everything is simulated after all."""
    found = answering(asked.program, asked.wishes.models, asked.backend)
    found = replaying(found, asked.keep)
    if not found.real:
        if asked.keep.wanted:
            raise Failure("no model has a backend, so there is nothing to keep", _HINT, code="no-backend")
        if asked.wishes.limited or (asked.wishes.models is not None and asked.backend is None):
            raise Failure("no model has a backend, so there is nothing to pay for", _HINT, code="no-backend")
        return None
    try:
        prepared = _prepared(asked, found)
        _payable(prepared, found, asked.wishes)
    except Diagnosed as diagnosed:
        paper.complain(diagnosed.diagnostics)
        return Exit.USAGE
    with keeper(asked.keep, _header(asked, prepared, found), paper) as keep:
        expected = _told(asked, prepared, found, paper)
        environment = keys.environment(asked.wishes.env_file)
        plan = Plan(prepared, found, asked.wishes, environment, asked.script, keep.journal, expected=expected)
        was = lived(plan, paper)
        wrong = was.performed.run.diagnostics
        keep.outcome = wrong[0].code if wrong else "finished"
    return _reported(asked, found, was, paper)


def _header(asked: Asked, prepared: Prepared, found: Answering) -> Header:
    """What the run is."""
    sizes = {**found.models.sizes(asked.program), **asked.sizes}
    answerers = {name: words(each) for name, each in found.bindings.items() if each.backend is not None}
    return header(asked.program, asked.function, asked.inputs, sizes, prepared.options, answerers)


_HINT = 'write `model = "openai/…"` below `[models.NAME]` in models.toml, or add `--backend NAME/MODEL`'


def _prepared(asked: Asked, found: Answering) -> Prepared:
    options = Options(allow_host=asked.hosts, observe=True, trace=asked.trace is not None, **asked.options)
    sizes = {**found.models.sizes(asked.program), **asked.sizes}
    return prepare(asked.program, asked.function, asked.inputs, sizes, options)


def _payable(prepared: Prepared, found: Answering, wishes: Wishes) -> None:
    """Raises what no budget can hold."""
    real = {name: each for name, each in found.bindings.items() if each.backend is not None}
    wrong = tuple(unpayable(prepared, wishes.budgets(0), lambda primitive: real.get(primitive.model.name)))
    if wrong:
        raise Diagnosed(*wrong)


def _told(asked: Asked, prepared: Prepared, found: Answering, paper: Terminal) -> int | None:
    """Tells what is predicted, and asks where it may be much; the calls that are expected."""
    person = paper.err_pictures and paper.err.isatty()
    priced = any(each.price_in or each.price_out or each.price_call for each in found.bindings.values())
    if not person and (not priced or asked.wishes.yes or asked.wishes.max_cost is not None):
        return None  # nobody to tell, and nothing to ask: the run begins at once
    from aalpl.shell.running.ahead import ahead

    seen = ahead(asked.program, prepared, found.bindings)
    currency = found.models.currency
    paper.note(seen.told(currency, found.source))
    _allowed(seen, asked.wishes, currency, person)
    likely = seen.calls.likely if seen.calls.likely is not None else seen.calls.high
    return None if likely is None or likely != likely or likely == float("inf") else round(likely)


def _allowed(seen: Ahead, wishes: Wishes, currency: str, person: bool) -> None:
    """Whether the run may begin: what may cost more than `--ask-above` needs a `--yes`, a budget, or a person's word."""
    if wishes.yes or wishes.max_cost is not None or seen.unpriced:
        return
    if seen.most is not None and seen.most <= wishes.ask_above:
        return
    much = (
        "nothing bounds what it may cost"
        if seen.most is None
        else f"it may cost {amount(seen.most)} {currency}"
    )
    if not person:
        hint = "add `--yes`, or a budget such as `--max-cost 5`"
        raise Failure(f"{much}, and `--ask-above` is {amount(wishes.ask_above)}", hint, code="needs-yes")
    if not click.confirm(f"{much}; run it?", err=True):
        raise Failure("not run", None, code="not-run")


def _reported(asked: Asked, found: Answering, was: Lived, paper: Terminal) -> int:
    from aalpl.shell.running import billed

    run, ended = was.performed.run, was.performed.ended
    run = attrs.evolve(run, hypotheses=(*run.hypotheses, *billed.hypotheses(was)))
    if ended is not None:
        run = attrs.evolve(run, diagnostics=tuple(_with_hint(run.diagnostics, ended, asked)))
    seed = asked.options["seed"]
    if asked.trace is not None:
        said = trace_lines(run.trace, asked.file, seed, run.digest)
        write(Path(asked.trace), "".join(f"{line}\n" for line in said))
    predicted = ran.predicted(asked.program, run)
    rows, currency = list(billed.compared(asked.program, run, was.bill)), found.models.currency
    names = {name: _who(found, account.primitive.model.name) for name, account in was.bill.accounts.items()}
    if asked.form == "json":
        document = {
            "simulated": sorted(_simulated(asked, found)),
            **billed.as_json(rows, was, names, currency),
        }
        paper.document(ran.as_json(run, predicted, seed, document))
    else:
        table = billed.as_text(rows, was, names, currency, paper.ink)
        paper.say(ran.as_text(run, predicted, seed, paper.ink, table + _others(asked, found)))
        paper.complain(run.diagnostics)
    return _exit(ended, run.broken)


def _with_hint(diagnostics: Any, ended: Ended, asked: Asked) -> Iterator[Any]:
    """How a run that was stopped goes on."""
    for diagnostic in diagnostics:
        if diagnostic.code == ended.code and isinstance(ended, Stopped | Interrupted) and ended.hint is None:
            hint = "nothing was kept: with `--journal FILE` a run can be resumed"
            if asked.keep.journal is not None:
                hint = "the same command goes on from what the journal keeps"
            diagnostic = attrs.evolve(diagnostic, hint=hint)
        yield diagnostic


def _who(found: Answering, model: str) -> str:
    binding = found.bindings[model]
    return f"{binding.backend}/{binding.model}" if binding.model else f"{binding.backend}"


def _simulated(asked: Asked, found: Answering) -> Iterator[str]:
    """Primitives that nobody answered but the simulator."""
    for primitive in asked.program.primitives.values():
        if found.bindings[primitive.model.name].backend is None:
            yield primitive.name


def _others(asked: Asked, found: Answering) -> str:
    """What was not real in this run."""
    simulated = [f"`{name}`" for name in _simulated(asked, found)]
    params = [param.name for param in asked.program.functions[asked.function].params]
    made_up = [f"`{name}`" for name in params if name not in asked.inputs and name not in asked.sizes]
    text = f"  simulated, because their models have no backend: {', '.join(simulated)}\n" if simulated else ""
    return text + (f"  made up, because no input was given: {', '.join(made_up)}\n" if made_up else "")


def _exit(ended: Ended | None, broken: bool) -> int:
    match ended:
        case None:
            return Exit.WRONG if broken else Exit.FINE
        case Stopped():
            return Exit.STOPPED
        case Interrupted():
            return Exit.INTERRUPTED
        case Unkept():
            return Exit.USAGE
        case _:
            return Exit.BACKEND
