"""Calls on a walk: what a signature demands of its arguments, what comes back, and whether it fits the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aalpl.check.lengths import (
    Fields,
    Perhaps,
    Row,
    Value,
    Whole,
    Words,
    at_path,
    joined,
    length,
    number,
    tokens,
)
from aalpl.check.lengths_conditions import require
from aalpl.check.lengths_values import chooser, int_of, merged, value_of
from aalpl.check.saying import said
from aalpl.check.state import Book, State, of_type, unknown
from aalpl.check.walk import nodes
from aalpl.program import nodes as p
from aalpl.program import types as k
from aalpl.program.size import ZERO, Size, sym
from aalpl.program.tokens import template_tokens
from aalpl.report import Span

Run = Callable[[p.Block, State, Book], State | None]
_INLINE = 4


def signature(
    params: Sequence[p.Param],
    bindings: Sequence[p.Binding],
    constraints: Sequence[p.Constraint],
    args: Sequence[Value],
    name: str,
    span: Span,
    state: State,
    book: Book,
) -> dict[str, Size]:
    """What the sizes and int parameters of a callee are here; the conditions of its parameter types are noted."""
    given = {param.name: arg for param, arg in zip(params, args, strict=False)}
    sizes = _globals(state, book)
    for param, arg in zip(params, args, strict=False):
        if isinstance(param.type, k.Int) and (value := number(arg)) is not None:
            sizes[param.name] = value
    for binding in bindings:
        found = _followed(given, binding.path)
        sizes[binding.name] = found if found is not None else unknown(state, book, binding.name)
        if found is not None and "%0" in found.free:
            sizes[binding.name] = _common(found, given, binding, span, state, book)
    for param, arg in zip(params, args, strict=False):
        _in_range(param, arg, sizes, name, span, state, book)
    for constraint in constraints:
        found = _followed(given, constraint.path)
        text = f"{_path(constraint.path)}{_length_text(constraint.length)} in `{name}`"
        _demand(found, constraint.length, sizes, "constraint", text, span, state, book)
    return sizes


def _globals(state: State, book: Book) -> dict[str, Size]:
    """Sizes of the file, as a callee that does not bind them sees them: those at the entry of the run."""
    here = {name for name, size in state.sizes.items() if size != sym(name)} | book.bound
    return {name: sym(f"{name} at entry") for name in here if name in book.program.sizes}


def _followed(given: dict[str, Value], path: tuple[str, ...]) -> Size | None:
    return at_path(given[path[0]], path[1:]) if path[0] in given else None


def _common(
    found: Size, given: dict[str, Value], binding: p.Binding, span: Span, state: State, book: Book
) -> Size:
    """All elements have one length: that of the first; listed unless the lengths do not depend on the index."""
    first = found.replace({"%0": ZERO})
    rows = given[binding.path[0]]
    inside = state.copy()
    index = sym(book.fresh("i"))
    size = length(rows) or ZERO
    inside.facts = inside.facts.adding(index, size - index - 1)
    inside.exact = False
    same = found.replace({"%0": index})
    require(
        book, inside, "constraint", f"all {_path(binding.path)} are equal", (same - first, first - same), span
    )
    return first


def _in_range(
    param: p.Param, arg: Value, sizes: dict[str, Size], name: str, span: Span, state: State, book: Book
) -> None:
    if not isinstance(param.type, k.Int) or (value := number(arg)) is None:
        return
    low, high = param.type.low, param.type.high
    if low is not None:
        require(
            book,
            state,
            "constraint",
            f"{param.name} >= {low} in `{name}`",
            (value - low.replace(sizes),),
            span,
        )
    if high is not None:
        goal = high.replace(sizes) - value
        require(book, state, "constraint", f"{param.name} <= {high} in `{name}`", (goal,), span)


def _demand(
    found: Size | None,
    wanted: k.Length,
    sizes: dict[str, Size],
    kind: str,
    text: str,
    span: Span,
    state: State,
    book: Book,
) -> None:
    """A length fits what a type says."""
    goals: tuple[Size | None, ...]
    match wanted:
        case k.Exactly(size):
            size = size.replace(sizes)
            goals = (None,) if found is None else (found - size, size - found)
        case k.Between(low, high):
            goals = (None,) if found is None else (found - low.replace(sizes), high.replace(sizes) - found)
        case k.Distributed() | k.Mean() | k.Constant() | k.Open():
            return
    here = state
    if found is not None and "%0" in found.free:  # of every element
        here = state.copy()
        index = sym(book.fresh("i"))
        here.facts = here.facts.adding(index)
        here.exact = False
        goals = tuple(None if goal is None else goal.replace({"%0": index}) for goal in goals)
    require(book, here, kind, text, goals, span)


# -- functions ---------------------------------------------------------------------------------------------------


def call(of: p.Call, state: State, book: Book, run: Run) -> None:
    """A call of a function."""
    args = [value_of(arg, state, book) for arg in of.args]
    function = None if of.indirect else book.program.functions.get(of.function)
    if function is None:
        state.values[of.target] = of_type(of.type, state, book, of.target)
        return
    sizes = signature(
        function.params, function.bindings, function.constraints, args, function.name, of.span, state, book
    )
    for relation in function.requires:
        text = f"{relation.left} {relation.operator} {relation.right} in `{function.name}`"
        left, right = relation.left.replace(sizes), relation.right.replace(sizes)
        require(book, state, "requires", text, _goals(relation.operator, left, right, state), of.span)
    state.values[of.target] = _result(function, args, sizes, state, book, run)


def _goals(operator: str, left: Size, right: Size, state: State) -> tuple[Size, ...]:
    match operator:
        case "=":
            return (left - right, right - left)
        case "<":
            return (state.facts.above(right - left),)
        case "<=":
            return (right - left,)
        case ">":
            return (state.facts.above(left - right),)
        case ">=":
            return (left - right,)
        case _:
            return (
                (state.facts.above(left - right),)
                if state.facts.proves(left - right)
                else (state.facts.above(right - left),)
            )


def _result(
    function: p.Function, args: Sequence[Value], sizes: dict[str, Size], state: State, book: Book, run: Run
) -> Value:
    """The body's own result on these arguments where that can be had, else what the declared type says."""
    inner = State(dict(state.values), state.facts, sizes, state.exact)
    declared = of_type(function.result, inner, book, function.name)
    if function.name in book.callers or len(book.callers) >= _INLINE or not _straight(function.body):
        state.facts = inner.facts
        return declared
    computed = inlined(function, args, sizes, state, book, run)
    if computed is None:
        state.facts = inner.facts
        return declared
    return _preferring(declared, computed, function.result)


def _straight(block: p.Block) -> bool:
    """Whether a body is without loops, so that it is quickly walked again."""
    return not any(isinstance(node, p.For | p.Loop) for node in nodes(block))


def inlined(
    function: p.Function, args: Sequence[Value], sizes: dict[str, Size], state: State, book: Book, run: Run
) -> Value | None:
    """The result of walking over the body of a function with these arguments; None where it does not return."""
    inside = State(
        {param.name: arg for param, arg in zip(function.params, args, strict=False)},
        state.facts,
        sizes,
        state.exact,
    )
    recording, returns, callers = book.recording, book.returns, book.callers
    book.recording, book.returns, book.callers = False, [], (*callers, function.name)
    end = run(function.body, inside, book)
    found = book.returns
    book.recording, book.returns, book.callers = recording, returns, callers
    if end is not None and not found:
        found = [(end, Perhaps(None))]
    if not found:
        return None
    last, value = found[-1]
    facts = last.facts
    which = State(dict(state.values), facts, state.sizes, state.exact)
    for other, result in found[:-1]:
        which.facts = merged(state.facts, which.facts, other.facts)
        value = joined(result, value, chooser(which, book))
    state.facts = which.facts
    return value


def _preferring(declared: Value, computed: Value, of: k.Type) -> Value:
    """Exact declared lengths read better than computed ones, and hold; the rest is as computed."""
    match of, declared, computed:
        case k.Text(k.Exactly()), Words(), Words():
            return declared
        case k.ListOf(element, wanted), Row(), Row():
            size = declared.length if isinstance(wanted, k.Exactly) else computed.length
            inner = computed.element
            if inner is None or (isinstance(element, k.Text) and isinstance(element.length, k.Exactly)):
                return Row(size, declared.element)
            return Row(size, inner)
        case _:
            return computed if type(declared) is type(computed) else declared


def returned(of: p.Return, state: State, book: Book) -> None:
    """A result, held against the declared type."""
    value = Perhaps(None) if of.value is None else value_of(of.value, state, book)
    if not book.callers and of.value is not None:
        _kept(book.function.result, value, of.value, state.sizes, state, book)
    book.returns.append((state, value))


def _kept(of: k.Type, value: Value, text: p.Expr, sizes: dict[str, Size], state: State, book: Book) -> None:
    match of, value:
        case k.Text(wanted), Words(size):
            claim = f"len({said(text)}){_length_text(wanted)}"
            _demand(size, wanted, sizes, "result", claim, text.span, state, book)
        case k.ListOf(element, wanted, index, low), Row(size, inner):
            claim = f"len({said(text)}){_length_text(wanted)}"
            _demand(size, wanted, sizes, "result", claim, text.span, state, book)
            if inner is not None and isinstance(element, k.Text) and not isinstance(element.length, k.Open):
                _elements_kept(element.length, inner, size, index, low, text, sizes, state, book)
        case k.Int(low, high), Whole(number_):
            if low is not None:
                goal = number_ - low.replace(sizes)
                require(book, state, "result", f"{said(text)} >= {low}", (goal,), text.span)
            if high is not None:
                goal = high.replace(sizes) - number_
                require(book, state, "result", f"{said(text)} <= {high}", (goal,), text.span)
        case k.Maybe(held), Perhaps(inner_value) if inner_value is not None:
            _kept(held, inner_value, text, sizes, state, book)
        case k.Maybe(held), (Words() | Row() | Whole()):
            _kept(held, value, text, sizes, state, book)
        case k.Record(fields), Fields(found):
            for name, inner_type in fields:
                if name in found:
                    _kept(inner_type, found[name], text, sizes, state, book)
        case _:
            return


def _elements_kept(
    wanted: k.Length,
    inner: Callable[[Size], Value],
    size: Size,
    index: str | None,
    low: Size | None,
    text: p.Expr,
    sizes: dict[str, Size],
    state: State,
    book: Book,
) -> None:
    here = state.copy()
    at = sym(book.fresh("i"))
    here.facts = here.facts.adding(at, size - at - 1)
    here.exact = False
    found = length(inner(at))
    first = ZERO if low is None else low.replace(sizes)
    inside = sizes if index is None else {**sizes, index: at + first}
    claim = f"len({said(text)}[{index or 'i'}]){_length_text(wanted)}"
    _demand(found, wanted, inside, "result", claim, text.span, here, book)


# -- primitives, oracles -----------------------------------------------------------------------------------------


def ask(of: p.Ask, state: State, book: Book) -> None:
    """A call of a primitive."""
    args = [value_of(arg, state, book) for arg in of.args]
    at = None if of.index is None else int_of(of.index, state, book)
    primitive = None if of.indirect else book.program.primitives.get(of.primitive)
    sizes = dict(state.sizes)
    if primitive is not None:
        sizes = signature(
            primitive.params,
            primitive.bindings,
            primitive.constraints,
            args,
            primitive.name,
            of.span,
            state,
            book,
        )
        if primitive.family is not None and at is not None and of.index is not None:
            family = primitive.family
            text = f"{family.low} <= {said(of.index)} <= {family.high}"
            require(
                book,
                state,
                "family",
                text,
                (at - family.low.replace(sizes), family.high.replace(sizes) - at),
                of.span,
            )
            sizes[family.index] = at
    value = _answer(of, primitive, sizes, state, book)
    if primitive is not None and primitive.model.window is not None:
        _window(of, primitive, args, value, sizes, state, book)
    state.values[of.target] = value


def _answer(
    of: p.Ask, primitive: p.Primitive | None, sizes: dict[str, Size], state: State, book: Book
) -> Value:
    inner = State(state.values, state.facts, sizes, state.exact)
    value = of_type(of.type if primitive is None else primitive.result, inner, book, of.target, free=True)
    state.facts = inner.facts
    for fact in of.facts:
        if isinstance(fact, p.LengthFact):
            value = _closed(value, fact, state, book)
        elif isinstance(fact, p.MeasureFact) and fact.function == "" and isinstance(value, Whole):
            state.know([(fact.operator, value.value, int_of(fact.value, state, book))])
    return value


def _closed(value: Value, fact: p.LengthFact, state: State, book: Book) -> Value:
    """A contract that was open is closed by the call."""
    size = int_of(fact.size, state, book)
    inner = value.value if isinstance(value, Perhaps) else value
    if isinstance(inner, Words | Row):
        if fact.operator == "=":
            state.facts = state.facts.adding(size)
            inner = Words(size) if isinstance(inner, Words) else Row(size, inner.element)
        else:
            state.know([(fact.operator, inner.length, size)])
    return Perhaps(inner) if isinstance(value, Perhaps) else inner or value


def _window(
    of: p.Ask,
    primitive: p.Primitive,
    args: Sequence[Value],
    value: Value,
    sizes: dict[str, Size],
    state: State,
    book: Book,
) -> None:
    """P + O + overhead <= window (semantics 23)."""
    model = primitive.model
    read = [tokens(arg) for arg in args]
    if of.transcript is not None and of.transcript in state.values:
        read.append(tokens(state.values[of.transcript]))
    written = tokens(value)
    spare = (model.window or ZERO) - (model.overhead or ZERO) - template_tokens(primitive.prompt)
    known = [size for size in [*read, written] if size is not None]
    total = sum(known, ZERO)
    goal = None if len(known) <= len(read) else spare.replace(sizes) - total
    over = "" if model.overhead is None else f" + {model.overhead}"
    text = f"what `{primitive.name}` reads and writes{over} <= {model.window}"
    here = state.copy()
    here.exact = state.exact and _spoken_of(model.window, book)
    require(book, here, "window", text, (goal,), of.span)


def _spoken_of(window: Size | None, book: Book) -> bool:
    """Whether something is said about how large a window is: otherwise that it suffices is a hypothesis like any other."""
    said_of = {n for relation in book.program.assumptions for n in relation.left.free | relation.right.free}
    return window is not None and window.free <= said_of


def consult(of: p.Consult, state: State, book: Book, run: Run) -> None:
    """A question to an oracle or measure."""
    args = [value_of(arg, state, book) for arg in of.args]
    oracle = book.program.oracles.get(of.oracle)
    if oracle is None:
        state.values[of.target] = of_type(of.type, state, book, of.target)
        return
    sizes = signature(
        oracle.params, oracle.bindings, oracle.constraints, args, oracle.name, of.span, state, book
    )
    inner = State(state.values, state.facts, sizes, state.exact)
    value = of_type(oracle.result, inner, book, of.target, free=oracle.body is None)
    state.facts = inner.facts
    state.values[of.target] = value
    if oracle.body is not None and oracle.name not in book.callers and book.recording:
        _body_holds(oracle, args, sizes, of.span, state, book, run)


def _body_holds(
    oracle: p.Oracle,
    args: Sequence[Value],
    sizes: dict[str, Size],
    span: Span,
    state: State,
    book: Book,
    run: Run,
) -> None:
    """The conditions inside a measure's body, for the values it is asked about here."""
    body = oracle.body
    assert body is not None
    names = [param.name for param in oracle.params]
    inside = State(dict(zip(names, args, strict=False)), state.facts, sizes, state.exact)
    returns, callers = book.returns, book.callers
    book.returns, book.callers = [], (*callers, oracle.name)
    run(body.body, inside, book)
    book.returns, book.callers = returns, callers


def _path(path: tuple[str, ...]) -> str:
    text = path[0]
    for step in path[1:-1]:
        text += "[…]" if step == "element" else "" if step == "value" else f".{step}"
    return f"len({text})"


def _length_text(of: k.Length) -> str:
    match of:
        case k.Exactly(size):
            return f" = {size}"
        case k.Between(low, high):
            return f" <= {high}" if not low else f" in {low}..{high}"
        case k.Distributed() | k.Mean() | k.Constant() | k.Open():
            return ""
