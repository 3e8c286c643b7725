"""Cost models as values: what one call costs, as an expression over its model's size, tokens read and tokens written.

The published formulas use at least seven meanings of "cost", and which of two programs wins can change with it; so the
cost model is a parameter of every analysis and never part of the analyser. An expression speaks of

    m               the size of the model (what one token weighs)
    P, O            tokens read and tokens written
    P_hit           the part of P that is a prefix shared with the last call of the same model in a conversation
    P_over          the tokens that the provider adds to a prompt; billed, and no part of P

and of parameters such as prices. Parameters belong to a model: where a program has several models, the parameter `c_in`
of the model `dev` is the symbol `c_in.dev`; with one model it is `c_in`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import attrs

from aalpl.cost.form.nodes import Event
from aalpl.cost.sizes.terms import alone
from aalpl.program.nodes import Program
from aalpl.program.size import Apply, Atom, Size, apply, const, lift, sym

VARIABLES = ("m", "P", "O", "P_hit", "P_over")

_m, _P, _O, _P_hit, _P_over = map(sym, VARIABLES)


@attrs.frozen
class Model:
    """A cost model: the cost of one call over `VARIABLES`, and its parameters, one for each model of a program."""

    name: str
    cost: Size
    words: str
    parameters: tuple[str, ...] = ()

    def of(self, event: Event, several: bool = False) -> Size:
        """What the call costs; `several` says that the program has more than one model."""
        size = _owned(self.cost, self.parameters, event.model) if several else self.cost
        return size.replace(
            {
                "m": event.weight,
                "P": event.inputs,
                "O": event.outputs,
                "P_hit": event.hit or const(0),
                "P_over": event.overhead or const(0),
            }
        )

    def parameter(self, name: str, model: str, several: bool) -> str:
        """The symbol of parameter `name` for a model of the program."""
        return f"{name}.{model}" if several else name

    def price(self, m: Size | int, read: Size | int, written: Size | int, hit: Size | int = 0) -> Size:
        """The cost of one call with these numbers and no overhead."""
        values = (m, read, written, hit, 0)
        return self.cost.replace({name: lift(value) for name, value in zip(VARIABLES, values, strict=True)})


PRIMITIVE = Model(
    "primitive",
    _m * (_O * _P + _O * (_O - 1) / 2),
    "a forward pass of size m over all that was read and written so far, for each token written",
)
CALLS = Model("calls", const(1), "one for each call")
TOKENS = Model("tokens", _P + _O, "tokens read and written")
TOKENS_IN = Model("tokens in", _P, "tokens read")
TOKENS_OUT = Model("tokens out", _O, "tokens written")
PRICE = Model(
    "price",
    sym("c_0") + sym("c_in") * (_P + _P_over) + sym("c_out") * _O,
    "a price for each call, each token read and each token written",
    ("c_0", "c_in", "c_out"),
)
CACHED_PRICE = Model(
    "cached price",
    sym("c_hit") * _P_hit + sym("c_new") * (_P + _P_over - _P_hit) + sym("c_out") * _O,
    "a price for each token read, lower for the prefix shared with the model's last call, and for each written",
    ("c_hit", "c_new", "c_out"),
)
PREFILL_DECODE = Model(
    "prefill-decode",
    apply("C_pre", _P) + apply("C_dec", _P, _O),
    "an unknown cost of reading P tokens and one of writing O tokens after them",
    ("C_pre", "C_dec"),
)
ATTENTION = Model("attention", (_P + _O) ** 2, "every token attends to every other")

BUILTIN: Mapping[str, Model] = {
    model.name: model
    for model in (
        PRIMITIVE, CALLS, TOKENS, TOKENS_IN, TOKENS_OUT, PRICE, CACHED_PRICE, PREFILL_DECODE, ATTENTION
    )
}  # fmt: skip
"""The models that need no declaration, by name."""

COUNTS = (CALLS, TOKENS_IN, TOKENS_OUT, TOKENS)
"""What every analysis counts, whatever cost model is asked for."""


def known(program: Program) -> dict[str, Model]:
    """All models that a name may mean in `program`: the built-in ones and those of the file, which come first."""
    own = {name: declared(name, model.cost) for name, model in program.costmodels.items()}
    return {**BUILTIN, **own}


def declared(name: str, cost: Size) -> Model:
    """A user's own model; whatever is none of `VARIABLES` is a size or parameter of the program."""
    return Model(name, cost, f"the file's own: {cost}")


def several(program: Program) -> bool:
    """Whether the program has more than one model, so that parameters need its name."""
    return len(program.models) > 1


def charges(models: Iterable[Model], program: Program) -> dict[str, Callable[[Event], Size]]:
    """What each model charges for one call of the program."""
    apart = several(program)
    return {model.name: partial(model.of, several=apart) for model in models}


def parameters(models: Iterable[Model], program: Program) -> list[str]:
    """The symbols of all parameters, as they stand in forms."""
    return [
        cost.parameter(name, model, several(program))
        for cost in models
        for name in cost.parameters
        for model in (program.models if several(program) else ("",))
    ]


def _owned(cost: Size, parameters: tuple[str, ...], model: str) -> Size:
    """The expression with every parameter marked as that of `model`."""

    def marked(atom: Atom) -> Size:
        match atom:
            case Apply(function, args) if function in parameters:
                return apply(f"{function}.{model}", *args)
            case _:
                return alone(atom)

    plain = {name: sym(f"{name}.{model}") for name in parameters}
    return cost.replace(plain).map_atoms(marked)
