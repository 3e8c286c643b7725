"""From functions as integers to what one of them pays, in closed form.

Cut away what no cost depends on -> execute the form symbolically: a ledger of closed events -> fold it under a cost
model when a quantity is asked for -> bounds over what is observed. `derive` is the front door; `engine_*` have a file
for each kind of step.
"""

from __future__ import annotations

from collections.abc import Mapping

from aalpl.cost.bounds.witness import free_places
from aalpl.cost.chance.front import Chance, is_random
from aalpl.cost.engine.answers import COUNTED, Book
from aalpl.cost.engine.behaviours import Behaviours
from aalpl.cost.engine.changes import changed
from aalpl.cost.engine.hypotheses import of_program
from aalpl.cost.engine.ledger import Charge, Ledger, events, losses, parts, recurring, sizes
from aalpl.cost.engine.run import FIELD
from aalpl.cost.engine.steps import run_form
from aalpl.cost.form.nodes import Form
from aalpl.cost.form.slices import reached, sliced
from aalpl.cost.lower.front import lower
from aalpl.cost.result import Analysis, Quantity, Range, Unknown
from aalpl.cost.rules.bounded import Systems
from aalpl.program.nodes import Program
from aalpl.program.size import Size, sym


def derive(
    forms: Mapping[str, Form], function: str, program: Program | None, charges: Mapping[str, Charge]
) -> Analysis:
    """The analysis of `function`; `charges` are cost models by name."""
    free = frozenset() if program is None else free_places(program)
    done = run_form(sliced(forms, function), function, declared(program, function), free)
    known = done.known
    for charge in charges.values():
        known = known.plus(*positive(done.ledger, charge, forms[function].entry))
    chance = (
        Chance(_remembering(program, forms, function), function, known)
        if is_random(forms, function)
        else None
    )
    systems = Systems(forms, known)
    behaviours = None
    if free and program is not None and not _supposed(program, reached(forms, function)):
        facts = declared(program, function)
        behaviours = Behaviours(
            sliced(forms, function),
            lambda decided: run_form(decided, function, facts, free, exact=True),
            free,
        )
    book = Book(
        done.ledger,
        known,
        done.run,
        charges,
        lambda charge: systems.bracket(function, charge),
        chance,
        _local(forms[function]),
        behaviours,
    )
    if recurring(done.ledger):  # how recurrences are solved is told when they are
        for quantity in (Quantity("calls"), *(Quantity("cost", model) for model in list(charges)[:1])):
            book.recurrences(quantity)
    given = () if program is None else of_program(program, forms, function)
    hypotheses = (*given, *done.run.hypotheses)
    return Analysis(
        function,
        tuple(dict.fromkeys(parts(done.ledger))),
        tuple(charges),
        _mentioned(done.ledger, done.run.observables),
        tuple(dict.fromkeys(hypotheses)),
        tuple(done.run.derivation),
        tuple(dict.fromkeys((*losses(done.ledger), *_lost(done.run.unknowns, done.ledger)))),
        book.answer,
        known,
        done.ledger,
        {**{str(kind): charge for kind, charge in COUNTED.items()}, **charges},
    )


def _supposed(program: Program, functions: set[str]) -> bool:
    """Whether some behaviours of these functions may break what is supposed of them."""
    return any(each.status == "listed" and each.function in functions for each in program.obligations)


def _local(form: Form) -> frozenset[str]:
    """Variables that a function sets and that nobody gives it."""
    values, _ = changed(form.body)
    given = {name for size in (*form.domain, *form.outset, *form.equalities) for name in size.free}
    return frozenset(values - set(form.entry) - given)


def _remembering(program: Program | None, forms: Mapping[str, Form], function: str) -> Mapping[str, Form]:
    """The forms in which answers of oracles are remembered, where a law says something of them."""
    if program is None or not program.oracles:
        return sliced(forms, function)
    return sliced(lower(program, remembering=True), function)


def declared(program: Program | None, function: str = "") -> tuple[Size, ...]:
    """What declarations say: sizes, constants and o_P are at least 1, probabilities between 0 and 1.

    Not of what the function has a parameter of the same name for."""
    if program is None:
        return ()
    own = (
        {param.name for param in program.functions[function].params} if function in program.functions else ()
    )
    facts: list[Size] = [sym(f"o_{name}") - 1 for name in program.primitives]
    for name, declaration in program.sizes.items():
        if declaration.family is None and name not in own:
            low = 0 if declaration.kind == "prob" else 1
            facts.append(sym(name) - low)
            if declaration.kind == "prob":
                facts.append(1 - sym(name))
    return tuple(facts)


def positive(ledger: Ledger, charge: Charge, entry: tuple[str, ...]) -> tuple[Size, ...]:
    """Parameters of cost models (prices, times) are not negative: names that are in a charge but in no event."""
    names: set[str] = set()
    for event in events(ledger):
        inside = {name for size in (event.weight, event.inputs, event.outputs) for name in size.free}
        inside |= {name for size in (event.hit, event.overhead) if size is not None for name in size.free}
        names |= charge(event).free - inside - set(entry)
    return tuple(sym(name) for name in sorted(names))


def _lost(unknowns: Mapping[str, Unknown], ledger: Ledger) -> list[Unknown]:
    """What was not found, of what the ledger mentions."""
    names = {name.partition(FIELD)[0] for size in sizes(ledger) for name in size.free}
    return [unknown for name, unknown in unknowns.items() if name in names]


def _mentioned(ledger: Ledger, observables: Mapping[str, Range]) -> dict[str, Range]:
    """The observables that the ledger mentions, directly or in the range of another one."""
    waiting = [name for size in sizes(ledger) for name in sorted(size.free) if name in observables]
    found: dict[str, Range] = {}
    while waiting:
        name = waiting.pop(0)
        if name in found:
            continue
        limits = found[name] = observables[name]
        for size in (limits.low, limits.high):
            if size is not None:
                waiting.extend(other for other in sorted(size.free) if other in observables)
    return {name: limits for name, limits in observables.items() if name in found}
