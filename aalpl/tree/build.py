"""Builds the nodes: a rule of the grammar makes the node of its name, by a table or by a small method."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from aalpl.report import Diagnostic, Label, Source, Span
from aalpl.tree import literals
from aalpl.tree import nodes as t

Parts = list[Any]

_NODES: dict[str, Callable[..., Any]] = {
    re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower(): cls
    for cls in vars(t).values()
    if isinstance(cls, type) and issubclass(cls, t.Node)
}
# the parts, however many, are one tuple; or the first stands alone and the others are a tuple
_ALL = frozenset(
    [
        "sizes",
        "constants",
        "probabilities",
        "assume",
        "or",
        "and",
        "concat",
        "list_literal",
        "record_literal",
        "record_type",
        "choice_type",
    ]
)
_FIRST_AND_REST = frozenset(["where", "compare", "sum", "product", "call"])
_PLAIN_TUPLE = frozenset(["parameters", "requires", "targets", "values", "type_group", "llm_result"])
# clauses are kept as (word, what it says, where) until the node they belong to is built
_Clause = tuple[str, Any, Span]
_CLAUSES = {
    "size_clause": "size",
    "window_clause": "window",
    "overhead_clause": "overhead",
    "on_clause": "on",
    "right_clause": "right",
    "rivals_clause": "rivals",
    "prompt_clause": "prompt",
    "simulate_clause": "simulate",
    "by_clause": "by",
    "of_clause": "of",
    "under_clause": "under",
    "at_most_times": "at most",
    "with_probability": "with probability",
    "decreases": "decreases",
}
_NAMES = {"can_clause": "can", "needs_clause": "needs"}
_STATEMENTS = {
    "pass": "write `skip`",
    "break": "put the reason to stop into the condition of a `while`, or `return`",
    "continue": "put the rest of the block under an `if`",
    "end": "delete it: a block ends where its indentation ends",
    "endif": "delete it: a block ends where its indentation ends",
    "done": "delete it: a block ends where its indentation ends",
}
_FOREIGN_NAMES = {"True": "true", "False": "false", "None": "nothing", "null": "nothing", "nil": "nothing"}
_GROWTH = {"Θ": "Theta", "Ω": "Omega"}


class Builder:
    """What the automaton calls for each reduction; `problems` are what no rule of a grammar can refuse."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Diagnostic] = []

    def __call__(self, rule: str, start: int, end: int, parts: Parts) -> Any:
        span = Span(self.source, start, end)
        if rule in _CLAUSES:
            return (_CLAUSES[rule], parts[0], span)
        if rule in _NAMES:
            return (_NAMES[rule], tuple(parts), span)
        if rule in _PLAIN_TUPLE:
            return tuple(parts)
        if rule in _ALL:
            return _NODES[rule](tuple(parts), span=span)
        if rule in _FIRST_AND_REST:
            return _NODES[rule](parts[0], tuple(parts[1:]), span=span)
        method = getattr(self, "make_" + rule, None)
        return method(span, *parts) if method else _NODES[rule](*parts, span=span)

    def problem(self, code: str, title: str, span: Span, hint: str, label: str = "") -> None:
        """Note what is wrong with the text at `span`."""
        self.problems.append(Diagnostic(code, title, Label(span, label), hint=hint))

    # ---- declarations

    def make_file(self, span: Span, *parts: Any) -> t.File:
        docstring = parts[0] if parts and isinstance(parts[0], t.String) else None
        return t.File(docstring, tuple(parts[1:] if docstring else parts), span=span)

    def make_docstring(self, span: Span, text: str) -> t.String:
        return self.make_string(span, text)

    def make_symbol(self, span: Span, name: t.Name, family: t.Family | None = None) -> t.Symbol:
        return t.Symbol(name, family, None, span=span)

    def make_valued_symbol(
        self, span: Span, name: t.Name, family: t.Family | None, value: t.Expr | None
    ) -> t.Symbol:
        return t.Symbol(name, family, value, span=span)

    def make_family(self, span: Span, *parts: Any) -> t.Family:
        return t.Family(*parts, span=span) if len(parts) == 2 else t.Family(None, parts[0], span=span)

    def make_model(self, span: Span, name: t.Name, *clauses: _Clause) -> t.Model:
        given = self._clauses(clauses)
        return t.Model(
            name,
            given.get("size"),
            given.get("window"),
            given.get("overhead"),
            given.get("can", ()),
            span=span,
        )

    def make_llm(
        self,
        span: Span,
        name: t.Name,
        family: t.Family | None,
        parameters: tuple[t.Parameter, ...],
        result: tuple[t.TypeExpr, t.Expr | None] | None,
        *clauses: _Clause,
    ) -> t.Llm:
        given = self._clauses(clauses)
        kind, truth = result or (None, None)
        return t.Llm(
            name, family, parameters, kind, truth,
            given.get("on"), given.get("size"), given.get("window"), given.get("overhead"), given.get("needs", ()),
            given.get("right"), given.get("rivals"), given.get("prompt"), given.get("simulate"), span=span,
        )  # fmt: skip

    def _clauses(self, clauses: tuple[_Clause, ...]) -> dict[str, Any]:
        """Clause by word; a second one of the same word is a problem."""
        given: dict[str, Any] = {}
        for word, value, span in clauses:
            if word in given:
                self.problem(
                    "repeated-clause",
                    f"`{word}` is said twice",
                    span,
                    f"keep one of the two `{word}`",
                    "the second time",
                )
            given[word] = value
        return given

    def make_oracle(
        self,
        span: Span,
        name: t.Name,
        parameters: tuple[t.Parameter, ...],
        result: t.TypeExpr | None,
        body: t.Block | None = None,
    ) -> t.Oracle:
        return t.Oracle(name, parameters, result, body, span=span)

    def make_def(
        self,
        span: Span,
        name: t.Name,
        parameters: tuple[t.Parameter, ...],
        result: t.TypeExpr | None,
        requires: tuple[t.Expr, ...] | None,
        body: t.Block,
    ) -> t.Def:
        return t.Def(name, parameters, result, requires or (), body, span=span)

    # ---- statements

    def make_block(self, span: Span, *statements: t.Statement) -> t.Block:
        return t.Block(statements, span=statements[0].span.to(statements[-1].span))

    def make_inline_block(self, span: Span, statement: t.Statement) -> t.Block:
        return t.Block((statement,), inline=True, span=statement.span)

    def make_assign(self, span: Span, targets: tuple[Any, ...], values: tuple[t.Expr, ...]) -> t.Assign:
        for target in targets:
            if isinstance(target, t.Call):
                self.problem(
                    "assignment-to-call",
                    "a call cannot be assigned to",
                    target.span,
                    "assign to a variable, an element `x[i]`, a slice `x[a:b]` or a field `x.f`",
                )
        if len(targets) != len(values):
            self.problem(
                "assignment-count",
                f"{_count(len(targets), 'target')} and {_count(len(values), 'value')}",
                span,
                "give every variable on the left its own value on the right",
            )
        return t.Assign(targets, values, span=span)

    def make_call_statement(self, span: Span, place: t.Expr, *facts: t.Fact) -> t.CallStatement:
        if not isinstance(place, t.Call):
            self._value_alone(place)
        elif isinstance(place.function, t.Name) and place.function.id in (
            "print",
            "println",
            "printf",
            "echo",
        ):
            hint = "return the value, or write `output …` at the margin of a program without functions"
            self.problem("no-print", "a program prints nothing", place.function.span, hint)
        return t.CallStatement(t.Where(place, facts, span=span) if facts else place, span=span)

    def _value_alone(self, place: t.Expr) -> None:
        word = place.id if isinstance(place, t.Name) else ""
        hint = _STATEMENTS.get(word, "assign it with `name <- …`, call something, or delete the line")
        title = (
            f"`{word}` is no statement here" if word in _STATEMENTS else "a value that nothing is done with"
        )
        self.problem("foreign-word" if word in _STATEMENTS else "value-alone", title, place.span, hint)

    def make_if(
        self, span: Span, condition: t.Condition, then: t.Block, otherwise: t.Block | None = None
    ) -> t.If:
        return t.If(condition, then, otherwise, span=span)

    def make_condition(self, span: Span, test: t.Expr, *clauses: _Clause) -> t.Condition:
        given = self._clauses(clauses)
        return t.Condition(
            test, given.get("at most"), given.get("with probability"), given.get("decreases"), span=span
        )

    # ---- expressions

    def make_membership(self, span: Span, domain: t.Expr) -> t.Comparison:
        return t.Comparison("in", domain, span=span)

    def make_name(self, span: Span, text: str) -> t.Name:
        if text in _FOREIGN_NAMES:
            meant = _FOREIGN_NAMES[text]
            self.problem("foreign-literal", f"`{text}` is written `{meant}` here", span, f"write `{meant}`")
        if not text.isascii() and any(char in "⁰¹²³⁴⁵⁶⁷⁸⁹" for char in text):
            self.problem(
                "superscript", "a raised digit in a name", span, "write powers with `^`, as in `b^2`"
            )
        return t.Name(text, span=span)

    def make_choice(self, span: Span) -> t.Choice:
        if self.source.text[span.start - 1 : span.start] == "*":
            both = Span(self.source, span.start - 1, span.end)
            self.problem("power-sign", "`**` is written `^` here", both, "write `^`")
        return t.Choice(span=span)

    def make_group(self, span: Span, value: t.Expr) -> t.Expr:
        return value

    def make_true(self, span: Span) -> t.Bool:
        return t.Bool(True, span=span)

    def make_false(self, span: Span) -> t.Bool:
        return t.Bool(False, span=span)

    def make_int(self, span: Span, text: str) -> t.Int:
        return t.Int(literals.integer(text), span=span)

    def make_real(self, span: Span, text: str) -> t.Real:
        number = literals.real(text)
        if number is None:
            title = f"an exponent past {literals.LARGEST_EXPONENT}"
            self.problem("number-too-large", title, span, "write a number that can be meant")
        return t.Real(number or Fraction(0), span=span)

    def make_string(self, span: Span, text: str) -> t.String:
        inside, quotes = literals.body(text)
        if wrong := literals.wrong_escape(inside):
            at = span.start + quotes + wrong.start()
            self.problem(
                "unknown-escape",
                f"`\\{wrong[1]}` is no escape" if wrong[1] != "\n" else "a line that ends in `\\`",
                Span(self.source, at, at + 2),
                'write `\\\\` for a backslash; the escapes are `\\n`, `\\t`, `\\"` and `\\\\`',
            )
        return t.String(literals.unescaped(inside), long=quotes == 3, span=span)

    # ---- claims

    def make_critical(self, span: Span, word: str) -> str:
        return word

    def make_case(self, span: Span, *words: str) -> str:
        return " ".join(words)

    def make_kind(self, span: Span, *words: str) -> str:
        return " ".join(words)

    def make_quantity(
        self, span: Span, case: Any, critical: str | None, kind: Any, function: t.Name, *clauses: _Clause
    ) -> t.Quantity:
        given = self._clauses(clauses)
        return t.Quantity(
            case, critical is not None, kind, function, given.get("by"), given.get("of"), given.get("under"), span=span
        )  # fmt: skip

    def make_growth(self, span: Span, order: Any, bound: t.Expr) -> t.Growth:
        return t.Growth(_GROWTH.get(order, order), bound, span=span)

    # ---- types

    def make_int_type(self, span: Span, domain: t.Range | None) -> t.IntType:
        return t.IntType(domain.low, domain.high, span=span) if domain else t.IntType(None, None, span=span)

    def make_int_from(self, span: Span, low: t.Expr) -> t.IntType:
        return t.IntType(low, None, span=span)

    def make_exactly(self, span: Span, size: Any) -> t.Exactly | t.SomeConstant:
        one = t.Int(1, span=span)
        constants = (t.Call(t.Name("O", span=span), (one,), span=span), t.Growth("O", one, span=span))
        if size in constants:
            return t.SomeConstant(span=span)
        return t.Exactly(size, span=span)

    def make_single_type(self, span: Span, types: tuple[t.TypeExpr, ...]) -> t.TypeExpr:
        if len(types) == 1:
            return types[0]
        self.problem(
            "no-result-type",
            "types in parentheses, but no result",
            span,
            "write a function type with its result, `(int, int) -> bool`, or a record `{a: int, b: int}`",
        )
        return t.BoolType(span=span)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
