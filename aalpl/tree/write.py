"""Tree to text in the one canonical form; `parse(write(tree))` is the tree again."""

from __future__ import annotations

import re

from aalpl.report import Span
from aalpl.tree import nodes as t
from aalpl.tree.lines import WIDTH, Line, layout
from aalpl.tree.phrase import Level, domain, fact, family, phrase, string, type_phrase, value


def write(file: t.File) -> str:
    """The canonical text of a program, comments kept."""
    lines = [] if file.docstring is None else [_line(0, _docstring(file.docstring), file.docstring.span)]
    for item in file.items:
        lines += _item(item)
    return layout(lines, file.comments, file.span.source)


def _line(depth: int, text: str, span: Span | None = None, tail: str = "", apart: bool = False) -> Line:
    row, column = span.source.place(span.start) if span else (0, 1)
    return Line(depth, text, row, column, tail, apart)


def _docstring(node: t.String) -> str:
    return string(t.String(node.value, long=True, span=node.span))


# ---- declarations


def _item(node: t.Item) -> list[Line]:
    match node:
        case t.Sizes(symbols):
            return [_line(0, "size " + _symbols(symbols), node.span)]
        case t.Constants(symbols):
            return [_line(0, "const " + _symbols(symbols), node.span)]
        case t.Probabilities(symbols):
            return [_line(0, "prob " + _symbols(symbols), node.span)]
        case t.Assume(conditions):
            return [_line(0, "assume " + _conditions(conditions), node.span)]
        case t.Model():
            return [_line(0, f"model {node.name.id}", node.span, tail=_model_clauses(node))]
        case t.Llm():
            return _llm(node)
        case t.Measure(name, parameters, result, body):
            head = f"measure {name.id}{_signature(parameters, result)}"
            return [_line(0, head if body is None else f"{head} = {phrase(body)}", node.span)]
        case t.Oracle(name, parameters, result, body):
            head = f"oracle {name.id}{_signature(parameters, result)}"
            return [_line(0, head, node.span)] if body is None else _headed(f"{head}:", node.span, body, True)
        case t.Def():
            requires = f" requires {_conditions(node.requires)}" if node.requires else ""
            head = f"def {node.name.id}{_signature(node.parameters, node.result)}{requires}:"
            return _headed(head, node.span, node.body, True)
        case t.TypeDeclaration(name, kind):
            return [_line(0, f"type {name.id} = {type_phrase(kind)}", node.span)]
        case t.CostModel(name, cost):
            return [_line(0, f"costmodel {name.id} = {phrase(cost)}", node.span)]
        case t.Input(name, kind):
            return [_line(0, f"input {name.id}: {type_phrase(kind)}", node.span)]
        case t.Output(shown):
            return [_line(0, f"output {phrase(shown)}", node.span)]
        case t.Use(module):
            name_text = string(module) if isinstance(module, t.String) else module.id
            return [_line(0, f"use {name_text}", node.span)]
        case t.Claim(left, relation, right):
            return [_line(0, f"claim {_side(left)} {relation} {_side(right)}", node.span)]
        case (
            t.Assign() | t.CallStatement() | t.If() | t.For() | t.ParallelFor() | t.While() | t.Repeat()
            | t.Conversation() | t.Hear() | t.Return() | t.Skip()
        ):  # fmt: skip
            return _statement(node, 0)


def _symbols(symbols: tuple[t.Symbol, ...]) -> str:
    return ", ".join(
        s.name.id + family(s.family) + ("" if s.value is None else f" = {phrase(s.value, Level.SUM)}")
        for s in symbols
    )


def _conditions(conditions: tuple[t.Expr, ...]) -> str:
    return ", ".join(phrase(condition, Level.OR) for condition in conditions)


def _signature(parameters: tuple[t.Parameter, ...], result: t.TypeExpr | None) -> str:
    inside = ", ".join(p.name.id + (f": {type_phrase(p.type)}" if p.type else "") for p in parameters)
    return f"({inside})" + (f" -> {type_phrase(result)}" if result else "")


def _clauses(*clauses: tuple[str, str]) -> str:
    return " ".join(f"{word} {said}" for word, said in clauses if said)


def _amount(node: t.Expr | None) -> str:
    text = "" if node is None else phrase(node, Level.SUM)
    return f"({text})" if text[:1] in ("-", "*") else text


def _set(names: tuple[t.Name, ...]) -> str:
    return "{" + ", ".join(name.id for name in names) + "}" if names else ""


def _model_clauses(node: t.Model) -> str:
    size, window, overhead = map(_amount, (node.size, node.window, node.overhead))
    return _clauses(("size", size), ("window", window), ("overhead", overhead), ("can", _set(node.can)))


def _llm(node: t.Llm) -> list[Line]:
    """The primitive on a line, its prompt and how to simulate it below; all its clauses below if they are many."""
    result = type_phrase(node.result) if node.result else ""
    if node.truth is not None:
        result = result if isinstance(node.result, t.BoolType) else f"({result})"
        result += f" true with probability {_amount(node.truth)}"
    head = f"llm {node.name.id}{family(node.family)}{_signature(node.parameters, None)}"
    head += f" -> {result}" if result else ""
    short = [
        ("on", node.on.id if node.on else ""),
        ("size", _amount(node.size)),
        ("window", _amount(node.window)),
        ("overhead", _amount(node.overhead)),
        ("needs", _set(node.needs)),
        ("right with probability", _amount(node.right)),
        ("rivals", _amount(node.rivals)),
    ]
    prompt = [f"prompt {string(node.prompt)}"] if node.prompt else []
    simulate = [f"simulate {phrase(node.simulate)}"] if node.simulate is not None else []
    tail = _clauses(*short)
    below = [*prompt, *simulate]
    if len(head) + 2 + len(tail) > WIDTH:
        tail, below = "", [*(_clauses(clause) for clause in short if clause[1]), *below]
    return [_line(0, head, node.span, tail=tail), *(_line(1, clause) for clause in below)]


def _side(node: t.Expr) -> str:
    """A side of a claim."""
    if isinstance(node, t.Conditional):
        words = f"{phrase(node.value, Level.CONCAT)} if {phrase(node.condition, Level.OR)} else"
        return f"{words} {_side(node.otherwise)}"
    return phrase(node, Level.CONCAT)


# ---- statements


def _statement(node: t.Statement, depth: int) -> list[Line]:
    match node:
        case t.Assign() | t.CallStatement() | t.Hear() | t.Return() | t.Skip():
            return [_line(depth, _simple(node), node.span)]
        case t.If():
            return _if(node, depth)
        case t.For(variable, over, step, body):
            head = f"for {variable.id} in {domain(over)}{_extra('by', step)} do"
            return _headed(head, node.span, body, depth=depth)
        case t.ParallelFor(variable, over, workers, body):
            head = f"parallel for {variable.id} in {domain(over)}{_extra('workers', workers)} do"
            return _headed(head, node.span, body, depth=depth)
        case t.While(condition, body):
            return _headed(f"while {_condition(condition)} do", node.span, body, depth=depth)
        case t.Repeat(body, condition):
            until = f"until {_condition(condition)}"
            if inline := _inline(body):
                return [_line(depth, f"repeat {inline} {until}", node.span)]
            return [*_headed("repeat", node.span, body, depth=depth), _line(depth, until, condition.span)]
        case t.Conversation(begins, body):
            head = "conversation do" if begins is None else f"conversation begins {phrase(begins)} do"
            return _headed(head, node.span, body, depth=depth)


def _headed(head: str, span: Span, body: t.Block, apart: bool = False, depth: int = 0) -> list[Line]:
    """A head and its block, on one line if that is how it was written."""
    if inline := _inline(body):
        return [_line(depth, f"{head} {inline}", span, apart=apart)]
    return [_line(depth, head, span, apart=apart), *_block(body, depth + 1)]


def _block(block: t.Block, depth: int) -> list[Line]:
    return [line for statement in block.statements for line in _statement(statement, depth)]


def _inline(block: t.Block, closed: bool = False) -> str:
    """The one statement of a block that stays on the line of its head, else nothing."""
    statement = block.statements[0]
    match statement:
        case t.Assign() | t.CallStatement() | t.Hear() | t.Return() | t.Skip():
            return _simple(statement, closed) if block.inline and len(block.statements) == 1 else ""
        case t.If() | t.For() | t.ParallelFor() | t.While() | t.Repeat() | t.Conversation():
            return ""


def _if(node: t.If, depth: int) -> list[Line]:
    head = f"if {_condition(node.condition)} then"
    then = _inline(node.then, closed=True)
    otherwise = _inline(node.otherwise) if node.otherwise else ""
    if then and otherwise:
        return [_line(depth, f"{head} {then} else {otherwise}", node.span)]
    first = _line(depth, f"{head} {then}" if then else head, node.span)
    lines = [first] if then else [first, *_block(node.then, depth + 1)]
    if node.otherwise:
        word = _line(depth, f"else {otherwise}".rstrip(), _else_span(node.then, node.otherwise))
        lines += [word] if otherwise else [word, *_block(node.otherwise, depth + 1)]
    return lines


def _else_span(then: t.Block, otherwise: t.Block) -> Span | None:
    """Where the word `else` stands between two blocks, for the comments beside it."""
    source = then.span.source
    words = re.compile(r"#[^\n]*|\belse\b").finditer(
        source.text, then.span.end, max(then.span.end, otherwise.span.start)
    )
    word = next((word for word in words if word[0] == "else"), None)
    return Span(source, word.start(), word.end()) if word else None


def _simple(node: t.Assign | t.CallStatement | t.Hear | t.Return | t.Skip, closed: bool = False) -> str:
    match node:
        case t.Assign(targets, values):
            last = len(values) - 1
            right = ", ".join(value(v, i == last, closed) for i, v in enumerate(values))
            return f"{', '.join(map(phrase, targets))} <- {right}"
        case t.CallStatement(t.Where(call, facts)):
            return f"{phrase(call)} where {', '.join(map(fact, facts))}"
        case t.CallStatement(call):
            return phrase(call)
        case t.Hear(heard):
            return f"hear {_heard(heard, closed)}"
        case t.Return(None):
            return "return"
        case t.Return(result):
            return f"return {value(result, closed=closed)}" if result is not None else "return"
        case t.Skip():
            return "skip"


def _heard(node: t.Expr | t.TypeExpr, closed: bool) -> str:
    """What is heard: a text of a type, or a value (in parentheses where it would read as a type)."""
    if isinstance(node, t.TextType):
        return type_phrase(node)
    assert not isinstance(node, t.TypeExpr)
    text = phrase(node, Level.OR if closed else Level.EXPRESSION)
    return f"({text})" if re.match(r"text(?![\w'])", text) else text


def _extra(word: str, node: t.Expr | None) -> str:
    return "" if node is None else f" {word} {phrase(node, Level.SUM)}"


def _condition(node: t.Condition) -> str:
    times = "" if node.at_most is None else f" at most {phrase(node.at_most, Level.SUM)} times"
    chance, falls = _extra("with probability", node.probability), _extra("decreases", node.decreases)
    return f"{phrase(node.test, Level.OR)}{times}{chance}{falls}"
