"""Random trees of every node kind, such as a program could be parsed to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeVar

from hypothesis import strategies as st

from aalpl.report import Source, Span
from aalpl.tree import nodes as t

T = TypeVar("T")
NOWHERE = Span(Source("tree", ""), 0, 0)


def node(
    kind: type[T], *parts: st.SearchStrategy[Any], **more: st.SearchStrategy[Any]
) -> st.SearchStrategy[T]:
    @st.composite
    def build(draw: st.DrawFn) -> T:
        drawn = [draw(part) for part in parts]
        named = {name: draw(part) for name, part in more.items()}
        return kind(*drawn, span=NOWHERE, **named)

    return build()


def some(parts: st.SearchStrategy[T], least: int = 1, most: int = 3) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(parts, min_size=least, max_size=most).map(tuple)


def maybe(part: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | part


names = node(t.Name, st.sampled_from(["x", "y'", "n", "long_name", "f''", "sum", "size", "Θn", "text"]))
texts = st.text(st.sampled_from('ab "\\\n\t#{}é'), max_size=6)
strings = node(t.String, texts, long=st.booleans())
numbers = node(t.Int, st.integers(0, 10**30))
reals = node(t.Real, st.builds(lambda n, k: Fraction(n, 10**k), st.integers(0, 10**9), st.integers(0, 25)))
atoms = (
    names
    | numbers
    | reals
    | strings
    | node(t.Bool, st.booleans())
    | node(t.Nothing)
    | node(t.Choice)
    | node(t.Pop, names)
)


def ranges(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Range]:
    return node(t.Range, inner, inner)


def comparisons(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Comparison]:
    plain = node(t.Comparison, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), inner)
    return plain | node(t.Comparison, st.just("in"), inner | ranges(inner))


def facts(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return node(t.Holds, inner) | node(t.Law, inner, inner) | node(t.Likely, inner, inner)


def wheres(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Where]:
    return node(t.Where, inner, some(facts(inner)))


def compound(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    domain = inner | ranges(inner)
    return st.one_of(
        node(t.ListLiteral, some(inner, 0)),
        node(t.RecordLiteral, some(node(t.FieldValue, names, inner), 0)),
        node(t.Call, inner, some(domain, 0)),
        node(t.Index, inner, inner),
        node(t.Slice, inner, inner, inner),
        node(t.Field, inner, names),
        node(t.Power, inner, inner),
        node(t.Negative, inner),
        node(t.Product, inner, some(node(t.Factor, st.sampled_from(["*", "/", "mod"]), inner))),
        node(t.Sum, inner, some(node(t.Term, st.sampled_from(["+", "-"]), inner))),
        node(t.Concat, some(inner, 2)),
        node(t.Compare, inner, some(comparisons(inner), 1, 2)),
        node(t.Not, inner),
        node(t.And, some(inner, 2)),
        node(t.Or, some(inner, 2)),
        node(t.OrElse, inner, inner),
        node(t.Conditional, inner, inner, inner),
        node(t.AnyValue, types(inner)),
        node(t.Count, names, domain, inner),
        node(t.Fold, st.sampled_from(["sum", "prod", "max", "min"]), names, domain, inner),
        node(t.ParallelYield, names, domain, maybe(inner), inner | wheres(inner)),
        wheres(inner),
    )


def lengths(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        node(t.Exactly, inner),
        node(t.AtMost, inner),
        node(t.Between, inner, inner),
        node(t.About, inner),
        node(t.SomeConstant),
    )


def types(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    simple = st.one_of(
        node(t.IntType, st.none(), st.none()),
        node(t.IntType, inner, maybe(inner)),
        node(t.RealType),
        node(t.BoolType),
        node(t.TranscriptType),
        node(t.TextType, maybe(lengths(inner))),
        node(t.ChoiceType, some(node(t.Option, strings, maybe(inner)))),
        node(t.NamedType, node(t.Name, st.sampled_from(["T", "Pair"]))),
    )
    family = node(t.Family, names, ranges(inner))
    return st.recursive(
        simple,
        lambda deeper: st.one_of(
            node(t.ListType, maybe(lengths(inner) | family), deeper),
            node(t.RecordType, some(node(t.FieldType, names, deeper))),
            node(t.OptionalType, deeper),
            node(t.FunctionType, some(deeper, 0), deeper),
        ),
        max_leaves=3,
    )


expressions = st.recursive(atoms, compound, max_leaves=6)
kinds = types(expressions)
domains = expressions | ranges(expressions)
places = st.recursive(
    node(t.Name, st.sampled_from(["x", "y'", "n", "out"])),
    lambda p: st.one_of(
        node(t.Index, p, expressions), node(t.Slice, p, expressions, expressions), node(t.Field, p, names)
    ),
    max_leaves=2,
)
calls = node(t.Call, places, some(domains, 0))
conditions = node(t.Condition, expressions, maybe(expressions), maybe(expressions), maybe(expressions))


@st.composite
def assignments(draw: st.DrawFn) -> t.Assign:
    count = draw(st.integers(1, 2))
    value = expressions | wheres(expressions)
    return draw(node(t.Assign, some(places, count, count), some(value, count, count)))


simple_statements = st.one_of(
    assignments(),
    node(t.CallStatement, calls | node(t.Where, calls, some(facts(expressions)))),
    node(t.Hear, expressions | node(t.TextType, maybe(lengths(expressions)))),
    node(t.Return, maybe(expressions | wheres(expressions))),
    node(t.Skip),
)


def blocks(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[t.Block]:
    short = node(t.Block, some(simple_statements, 1, 1), inline=st.booleans())
    return short | node(t.Block, some(inner, 1, 2))


def heads(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    body = blocks(inner)
    return st.one_of(
        node(t.If, conditions, body, maybe(body)),
        node(t.For, names, domains, maybe(expressions), body),
        node(t.ParallelFor, names, domains, maybe(expressions), body),
        node(t.While, conditions, body),
        node(t.Repeat, body, conditions),
        node(t.Conversation, maybe(expressions), body),
    )


statements = st.recursive(simple_statements, heads, max_leaves=3)
parameters = some(node(t.Parameter, names, maybe(kinds)), 0, 2)
families = node(t.Family, st.none(), expressions) | node(t.Family, names, ranges(expressions))
symbols = node(t.Symbol, names, maybe(families), st.none())


@st.composite
def quantities(draw: st.DrawFn) -> t.Quantity:
    cases = [None, "worst", "best", "expected", "expected best"]
    kinds_ = ["cost", "calls", "tokens", "tokens in", "tokens out"]
    case, kind = st.sampled_from(cases), st.sampled_from(kinds_)
    return draw(node(t.Quantity, case, st.booleans(), kind, names, maybe(names), maybe(names), maybe(names)))


sides = st.recursive(
    quantities() | node(t.Probability, expressions) | names | numbers,
    lambda s: st.one_of(
        node(t.Growth, st.sampled_from(["Theta", "O", "Omega"]), s),
        node(t.Product, s, some(node(t.Factor, st.sampled_from(["*", "/"]), s))),
        node(t.Sum, s, some(node(t.Term, st.sampled_from(["+", "-"]), s))),
        node(t.Conditional, s, expressions, s),
    ),
    max_leaves=4,
)


@st.composite
def primitives(draw: st.DrawFn) -> t.Llm:
    result = draw(maybe(kinds))
    amount = maybe(expressions)
    return draw(
        node(
            t.Llm, names, maybe(families), parameters, st.just(result), amount if result else st.none(),
            maybe(names), amount, amount, amount, some(names, 0), amount, amount, maybe(strings), amount,
        )
    )  # fmt: skip


items = st.one_of(
    node(t.Sizes, some(symbols)),
    node(t.Constants, some(symbols)),
    node(t.Probabilities, some(node(t.Symbol, names, maybe(families), maybe(expressions)))),
    node(t.Assume, some(expressions)),
    node(t.Model, names, maybe(expressions), maybe(expressions), maybe(expressions), some(names, 0)),
    primitives(),
    node(t.Measure, names, parameters, maybe(kinds), maybe(expressions)),
    node(t.Oracle, names, parameters, maybe(kinds), maybe(blocks(statements))),
    node(t.Def, names, parameters, maybe(kinds), some(expressions, 0), blocks(statements)),
    node(t.TypeDeclaration, names, kinds),
    node(t.CostModel, names, expressions),
    node(t.Input, names, kinds),
    node(t.Output, expressions),
    node(t.Use, strings | names),
    node(t.Claim, sides, st.sampled_from(["=", "<=", ">="]), sides),
    statements,
)
files = node(t.File, maybe(strings), some(items, 0, 4))
