"""The LR automaton: reads tokens by the tables and builds while it reduces, without recursion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import attrs

from aalpl.tree.scan import END, Token
from aalpl.tree.tables import Rule, tables

MAX_DEPTH = 150
_TEXT = frozenset({"NAME", "INT", "REAL", "STRING", "FOLD", "GROWTH"})
Build = Callable[[str, int, int, list[Any]], Any]


@attrs.frozen
class Stuck:
    """The token at `index` is not allowed where it stands."""

    index: int


@attrs.frozen
class TooDeep:
    """The text between two offsets is nested deeper than `MAX_DEPTH` nodes."""

    start: int
    end: int


def kind_in(row: dict[str, int], token: Token) -> str | None:
    """What a token is where `row` tells what is allowed: its kind, else a name, else (`<-`) a `<`. None: not allowed."""
    if token.kind in row:
        return token.kind
    if token.soft and "NAME" in row:
        return "NAME"
    if token.kind == "<-" and "<" in row:
        return "<"
    return None


def pieces(tokens: Sequence[Token], index: int, kind: str) -> list[Token]:
    """The token at `index` read as `kind`: itself, or `<` and `-` for the characters `<-`."""
    token = tokens[index]
    if kind != "<" or token.kind != "<-":
        return [token]
    return [Token("<", "<", token.start, token.start + 1), Token("-", "-", token.start + 1, token.end)]


def run(tokens: Sequence[Token], start: str, build: Build) -> Any:
    """What `build` makes of all the tokens; `Stuck` at the first that is not allowed; or `TooDeep`."""
    machine = _Machine(start, build)
    for index, token in enumerate(tokens):
        kind = kind_in(machine.row(), token)
        if kind is None:
            return Stuck(index)
        for piece in pieces(tokens, index, kind):
            if not machine.take(piece, "NAME" if kind == "NAME" else piece.kind):
                return machine.deep or Stuck(index)
    return machine.values[-1]


class _Machine:
    """The stacks: states, and for each symbol its value, its place, and how deep its nodes are nested."""

    def __init__(self, start: str, build: Build) -> None:
        rules = tables()
        self.rows, self.rules, self.build = rules.rows, rules.rules, build
        self.final = rules.end[start]
        self.states = [rules.start[start]]
        self.values: list[Any] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.depths: list[int] = []
        self.deep: TooDeep | None = None

    def row(self) -> dict[str, int]:
        return self.rows[self.states[-1]]

    def take(self, token: Token, kind: str) -> bool:
        """Reduce as far as the token demands, then shift it; False where it is not allowed."""
        states = self.states
        while (action := self.rows[states[-1]].get(kind)) is not None:
            if action >= 0:
                states.append(action)
                self.push(token.text if kind in _TEXT else kind, token.start, token.end, 0)
                return True
            rule = self.rules[-1 - action]
            if not rule.passes:
                self.reduce(rule, token.start)
                if self.deep:
                    return False
            if rule.length:
                del states[-rule.length :]
            states.append(self.rows[states[-1]][rule.left])
            if kind == END and states[-1] == self.final:
                return True
        return False

    def reduce(self, rule: Rule, here: int) -> None:
        """Replace the symbols of a rule by what it makes of them."""
        count = rule.length
        if count == 0:
            self.push([] if rule.helper else self.build(rule.action, here, here, []), here, here, 0)
            return
        values = self.values[-count:]
        start, end, depth = self.starts[-count], self.ends[-1], max(self.depths[-count:])
        del self.values[-count:], self.starts[-count:], self.ends[-count:], self.depths[-count:]
        children = _children(rule, values)
        if rule.helper:
            self.push(children, start, end, depth)
        elif rule.alone and len(children) == 1:
            self.push(children[0], start, end, depth)
        else:
            depth += rule.action != "group"
            if depth > MAX_DEPTH:
                self.deep = TooDeep(start, end)
            else:
                self.push(self.build(rule.action, start, end, children), start, end, depth)

    def push(self, value: Any, start: int, end: int, depth: int) -> None:
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)
        self.depths.append(depth)


def _children(rule: Rule, values: list[Any]) -> list[Any]:
    """The values that the template asks for; a list that only grows is used again."""
    template = rule.template
    if rule.helper and template and template[0] == 1:
        children, template = values[0], template[1:]
    else:
        children = []
    for entry in template:
        if entry < 0:
            children.append(None)
        elif entry & 1:
            children.extend(values[entry >> 1])
        else:
            children.append(values[entry >> 1])
    return children  # type: ignore[no-any-return]


def states_before(tokens: Sequence[Token], start: str, index: int) -> list[int]:
    """The stack of states after the tokens before `index`, all of which are allowed."""
    states = [tables().start[start]]
    for token in tokens[:index]:
        advance(states, token)
    return states


def advance(states: list[int], token: Token) -> bool:
    """Take a token on a stack of states alone; False, and the stack of no more use, where it is not allowed."""
    kind = kind_in(tables().rows[states[-1]], token)
    if kind is None:
        return False
    return all(_step(states, "NAME" if kind == "NAME" else piece.kind) for piece in pieces([token], 0, kind))


def _step(states: list[int], kind: str) -> bool:
    rules = tables()
    while (action := rules.rows[states[-1]].get(kind)) is not None:
        if action >= 0:
            states.append(action)
            return True
        rule = rules.rules[-1 - action]
        if rule.length:
            del states[-rule.length :]
        states.append(rules.rows[states[-1]][rule.left])
        if kind == END and states[-1] in rules.end.values():
            return True
    return False
