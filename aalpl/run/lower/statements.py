"""Statements as lines of Python that yield requests; one arm per node."""

from __future__ import annotations

import attrs

from aalpl.program import nodes as p
from aalpl.program.types import Nothing, Type
from aalpl.run.lower import observing
from aalpl.run.lower.asking import arguments, ask, consult, fact_value, named, packed
from aalpl.run.lower.contracts import closed, closing, numbers
from aalpl.run.lower.expressions import expression
from aalpl.run.lower.hypotheses import counted, in_words
from aalpl.run.lower.loops import for_each, loop
from aalpl.run.lower.parallel import contribute, parallel
from aalpl.run.lower.results import check_result
from aalpl.run.lower.scope import Scope
from aalpl.run.lower.wishes import wish
from aalpl.run.sites import AskSite, ChooseSite, SampleSite


def block(statements: p.Block, s: Scope, wishes: dict[int, str]) -> None:
    """All statements of a block; `wishes` are those of enclosing conditions, by identity of the statement."""
    wishes = dict(wishes)
    for i, statement in enumerate(statements):
        if isinstance(statement, p.If):
            spent = ""
            if statement.at_most is not None:
                spent = f"{s.counter(statement.place)} >= {expression(statement.at_most, s)}"
            wish(statements[:i], statement, spent, s, wishes)
    for statement in statements:
        one(statement, s, wishes)


def one(st: p.Statement, s: Scope, wishes: dict[int, str]) -> None:
    """One statement."""
    s.writer.line(s.tables.marks.statement(st.span))
    match st:
        case p.Let(target, p.Concat(parts) as whole) if (model := _whose(parts, s)) is not None:
            before = expression(attrs.evolve(whole, parts=parts[:-1]), s)
            said = f"as_reply({expression(parts[-1], s)}, {model!r})"
            s.writer.line(f"{s.variable(target)} = join({before}, {said})")
        case p.Let(target, value):
            s.writer.line(f"{s.variable(target)} = {expression(value, s)}")
        case p.Ask():
            request = indirect(st, s) if st.indirect else ask(st, s, wishes)
            s.writer.line(f"{s.variable(st.target)} = yield {request}")
            if st.transcript is not None and not st.indirect:
                s.replies[st.target] = s.tables.program.primitives[st.primitive].model.name
            observing.answered(s, "out", st.place, s.variable(st.target), st.type)
        case p.Call():
            call(st, s)
        case p.Consult(target, _, _, type_, place):
            s.writer.line(f"{s.variable(target)} = {answer_of(consult(st, s, wishes), s)}")
            observing.answered(s, "size", place, s.variable(target), type_)
        case p.Sample(target, law, type_, place):
            site = SampleSite(len(s.tables.sites), place, law.name, s.function.name, st.span)
            s.tables.sites.append(site)
            drawn = packed([expression(a, s) for a in law.args])
            s.writer.line(f"{s.variable(target)} = yield ({site.number}, {drawn})")
            observing.answered(s, "pick", place, s.variable(target), type_)
        case p.Choose():
            choose(st, s, wishes)
        case p.If():
            branch(st, s, wishes)
        case p.For():
            for_each(st, s, wishes, block)
        case p.Loop():
            loop(st, s, wishes, block)
        case p.Parallel():
            parallel(st, s, wishes, block)
        case p.Contribute():
            contribute(st, s)
        case p.Return(value):
            if value is None:
                s.writer.line("return None")
            else:
                check_result(named(expression(value, s), s), st, s)


def answer_of(request: str, s: Scope) -> str:
    """A request to an oracle: yielded, or answered on the spot where a simulation or body asks."""
    return f"consulted({request})" if s.function.name in s.tables.direct else f"yield {request}"


def branch(st: p.If, s: Scope, wishes: dict[int, str]) -> None:
    """`if`, with its hypotheses counted."""
    test = expression(st.test, s)
    if st.probability is not None:
        test = named(test, s)
        counted(s, st.place, st.span, st.probability, test, "branch")
    with s.writer.block(f"if {test}:"):
        if st.at_most is not None:
            in_words(s, st.place, st.span, st.at_most, "branch")
        observing.observe(s, "taken", st.place, "1")
        block(st.then, s, wishes)
    if st.orelse or s.tables.observe:
        with s.writer.block("else:"):
            observing.observe(s, "taken", st.place, "0")
            block(st.orelse, s, wishes)


def call(st: p.Call, s: Scope) -> None:
    """A call of a function: directly where it asks for nothing, otherwise by the driver."""
    target = s.variable(st.target)
    if st.indirect:
        s.writer.line(f"{target} = yield {indirect(st, s)}")
        if st.type != Nothing():
            observing.answered(s, "out", st.place, target, st.type)
        return
    s.called.add(st.function)
    args = [expression(a, s) for a in st.args]
    if s.tables.observe:
        args += [observing.indices(s), f"deeper({'<' + st.place!r}, via)"]
    python = f"{s.function_name(st.function)}({', '.join(args)})"
    if st.function in s.tables.pure:
        s.writer.line(f"{target} = {s.tables.marks.at(st.span, python)}")
    else:
        s.writer.line(f"{target} = yield (0, {python})")


def indirect(st: p.Ask | p.Call, s: Scope) -> str:
    """A call of a parameter of function type: the value knows how it is asked."""
    name = st.primitive if isinstance(st, p.Ask) else st.function
    said = arguments(st.args, s)
    facts = st.facts if isinstance(st, p.Ask) else ()
    numbers_ = {}
    for primitive in s.tables.handed_over:
        node = s.tables.program.primitives[primitive]
        type_, _ = closed(node.result, facts, s, s.of_run)
        told = tuple(fact for fact in facts if not isinstance(fact, p.LengthFact))
        site = AskSite(len(s.tables.sites), st.place, node, type_, told, s.function.name, st.span)
        s.tables.sites.append(site)
        numbers_[primitive] = site.number
    values = packed([fact_value(fact, s) for fact in facts if not isinstance(fact, p.LengthFact)])
    length = packed(closing(facts, s))
    more = f", {length}, {values if facts else 'None'}"
    more += f", {observing.indices(s)}, deeper({'<' + st.place!r}, via)" if s.tables.observe else ""
    return f"{s.variable(name)}.begin({s.tables.constant(numbers_)}, {packed([a for a, _ in said])}{more})"


def _whose(parts: tuple[p.Expr, ...], s: Scope) -> str | None:
    """Whose answer it is that a transcript is continued with; None where this is another text."""
    match parts[-1]:
        case p.Variable(name) | p.Builtin("text", (p.Variable(name),)):
            return s.replies.get(name)
        case _:
            return None


def choose(st: p.Choose, s: Scope, wishes: dict[int, str]) -> None:
    """The adversary's choice."""
    bounds = "None" if st.bounds is None else packed([expression(b, s) for b in st.bounds])
    type_: Type = st.type
    own = numbers(type_, s.resolve)
    site = ChooseSite(len(s.tables.sites), st.place, type_, s.function.name, st.span)
    s.tables.sites.append(site)
    request = f"({site.number}, {bounds}, {packed(own)}, {wishes.get(id(st), 'None')})"
    s.writer.line(f"{s.variable(st.target)} = yield {request}")
    observing.answered(s, "pick", st.place, s.variable(st.target), st.type)
