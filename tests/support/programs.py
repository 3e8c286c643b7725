"""Random programs over the whole language, as text, with sizes to run them at.

A program is drawn from a seed and is correct by construction: slices stay inside their texts, loops end, families are
indexed in range. It is small enough to run at the sizes drawn with it.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import attrs

HEADER = """\
size n, k, l, b
assume b <= k
model big size m_b overhead 2 can {{code}}
oracle good(y: text) -> bool
measure worth(y: text) = count i in 0..1 of good(y)
llm note(x: text) -> text[3] size m_s
llm draft(x: text) -> text on big needs {{code}}
llm find(x: text) -> text[O(1)]? size m_s
llm yes(x: text) -> bool size m_s
llm kind(x: text) -> one of "a" | "b" | "c" size m_s
llm level(x: text, y: text) -> int in 0..3 on big
llm range(x: text) -> text[1..4] size m_s
llm team[i in 0..2](x: text) -> text[2] size w[i]
llm talk(seen: transcript) -> text[2] size m_s
def helper(x: text[n], d: int) -> text:
{helper}
def f(x: text[n], y: text[k*l], xs: list[k] of text, d: int in 1..) -> text:
{body}
"""


@attrs.frozen
class Generated:
    """The text of a program with a function `f`, and sizes at which it is quick to run."""

    text: str
    sizes: dict[str, int]
    kinds: frozenset[str]


def generate(seed: int) -> Generated:
    """The program of this seed."""
    writer = _Writer(Random(seed))
    helper = writer.function({"text": ["x"], "int": ["d", "n"], "list": []}, 4)
    writer.helper = True
    body = writer.function({"text": ["x", "y"], "int": ["d", "n", "k", "l", "b"], "list": ["xs"]}, 7)
    draw = writer.random
    k = draw.randint(1, 4)
    sizes = {
        "n": draw.randint(1, 5),
        "k": k,
        "l": draw.randint(1, 4),
        "b": draw.randint(1, k),
        "d": draw.randint(1, 4),
    }
    return Generated(HEADER.format(helper=helper, body=body), sizes, frozenset(writer.kinds))


@attrs.define
class _Writer:
    random: Random
    helper: bool = False
    kinds: set[str] = attrs.field(factory=set)
    fresh: int = 0

    def function(self, known: dict[str, list[str]], steps: int) -> str:
        lines = self.block(known, steps, depth=0, outer=frozenset(), parallel=False)
        lines.append("return " + self.text(known))
        return "\n".join("    " + line for line in lines)

    def block(
        self, known: dict[str, list[str]], steps: int, depth: int, outer: frozenset[str], parallel: bool
    ) -> list[str]:
        """Statements; `known` maps kinds to names in scope, `outer` are names a parallel branch may not bind."""
        known = {kind: list(names) for kind, names in known.items()}
        lines: list[str] = []
        for _ in range(self.random.randint(1, steps)):
            kind = self.random.choice(_SIMPLE if depth >= 3 else _SIMPLE + _NESTED)
            if (made := _WRITE[kind](self, known, depth, outer, parallel)) is not None:
                self.kinds.add(kind)
                lines.extend(made)
        return lines or ["skip"]

    def name(self) -> str:
        self.fresh += 1
        return f"v{self.fresh}"

    def target(self, known: dict[str, list[str]], kind: str, outer: frozenset[str]) -> str:
        """An existing variable of the kind, or a new one (which becomes known)."""
        old = [name for name in known[kind] if name not in outer and name not in _SIZES]
        if old and self.random.random() < 0.4:
            return self.random.choice(old)
        name = self.name()
        known[kind].append(name)
        return name

    def text(self, known: dict[str, list[str]]) -> str:
        x = self.random.choice(known["text"])
        forms = [
            x,
            x,
            f"{x}[0 : len({x})/2]",
            f"{x}[min(1, len({x})) : len({x})]",
            f"{x}[0:0]",
            '"two words"',
        ]
        if known["list"]:
            xs = self.random.choice(known["list"])
            forms.append(f"({xs}[0] if len({xs}) > 0 else {x})")
        return self.random.choice(forms)

    def int(self, known: dict[str, list[str]]) -> str:
        a = self.random.choice(known["int"])
        b = self.random.choice(known["int"])
        return self.random.choice(
            [a, b, str(self.random.randint(0, 3)), f"{a} + {b}", f"{a} - 1", f"max(0, {a} - {b})", f"min({a}, 3)",
             f"{a} / 2", f"{a} mod 3", f"len({self.random.choice(known['text'])}) mod 4"]
        )  # fmt: skip

    def bound(self, known: dict[str, list[str]]) -> str:
        """A number of rounds that stays small."""
        return self.random.choice(
            ["k", "k - 1", "b", "3", "n", f"min(4, {self.random.choice(known['int'])})"]
        )

    def test(self, known: dict[str, list[str]]) -> str:
        a, b = self.int(known), self.int(known)
        return self.random.choice(
            [f"{a} > {b}", f"{a} = {b}", f"{a} <= 2", "*", f"{a} < {b} and {b} > 0", f"not ({a} >= 2)"]
        )

    def inside(
        self, known: dict[str, list[str]], depth: int, outer: frozenset[str], parallel: bool
    ) -> list[str]:
        return ["    " + line for line in self.block(known, 3, depth + 1, outer, parallel)]


_SIZES = frozenset({"n", "k", "l", "b"})
Known = dict[str, list[str]]
Writing = Callable[[_Writer, Known, int, frozenset[str], bool], list[str] | None]


def _ask(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    x = w.text(known)
    call = w.random.choice(
        [f"note({x})", f"range({x})", f"team[{w.random.choice(['0', '1', '2', '(d mod 3)'])}]({x})"]
    )
    if w.random.random() < 0.2:
        return [call]
    return [f"{w.target(known, 'text', outer)} <- {call}"]


def _draft(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    x = w.text(known)
    old = w.random.choice(known["text"])
    length = w.random.choice([f"len({old})", "l", "2*n", "k*l"] if depth == 0 else ["l", "2*n", "k*l"])
    return [f"{w.target(known, 'text', outer)} <- draft({x}) where len(result) = {length}"]


def _find(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    x = w.text(known)
    if w.random.random() < 0.5:
        return [f'{w.target(known, "text", outer)} <- find({x}) else ""']
    bug = w.name()
    annotation = w.random.choice(["", f" at most {w.random.choice(['b', '2', 'k*k'])} times"])
    inner = {**known, "text": [*known["text"], bug]}
    return [
        f"{bug} <- find({x})",
        f"if {bug}{annotation} then",
        *w.inside(inner, depth, outer | {bug}, parallel),
    ]


def _decide(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    x = w.text(known)
    test = w.random.choice(
        [f"yes({x})", f'kind({x}) = "a"', f"level({x}, {w.text(known)}) > 1", f"good({x})", f"worth({x}) > 0"]
    )
    lines = [f"if {test} then", *w.inside(known, depth, outer, parallel)]
    if w.random.random() < 0.5:
        lines += ["else", *w.inside(known, depth, outer, parallel)]
    return lines


def _let_int(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    value = w.int(known)
    return [f"{w.target(known, 'int', outer)} <- {value}"]


def _any_int(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    value = w.random.choice(
        ["any int in 0..2", "any int in 1..k", f"level({w.text(known)}, {w.text(known)})"]
    )
    return [f"{w.target(known, 'int', outer)} <- {value}"]


def _concat(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str] | None:
    parts = [w.text(known), w.text(known)] if depth <= 1 else [w.text(known), '"more"']
    return [f"{w.target(known, 'text', outer)} <- {' ++ '.join(parts)}"]


def _splice(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str] | None:
    names = [name for name in known["text"] if name not in outer]
    if not names:
        return None
    x = w.random.choice(names)
    return [f"if len({x}) >= 3 then", f"    {x}[0:3] <- note({w.text(known)})"]


def _if(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    lines = [f"if {w.test(known)} then", *w.inside(known, depth, outer, parallel)]
    if w.random.random() < 0.5:
        lines += ["else", *w.inside(known, depth, outer, parallel)]
    return lines


def _for(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    i = w.name()
    low = w.random.choice(["0", "1", *known["int"][-1:]])
    step = w.random.choice(["", "", " by 2"])
    inner = {**known, "int": [*known["int"], i]}
    return [f"for {i} in {low}..{w.bound(known)}{step} do", *w.inside(inner, depth, outer | {i}, parallel)]


def _for_list(
    w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool
) -> list[str] | None:
    if not known["list"]:
        return None
    item = w.name()
    inner = {**known, "text": [*known["text"], item]}
    return [
        f"for {item} in {w.random.choice(known['list'])} do",
        *w.inside(inner, depth, outer | {item}, parallel),
    ]


def _while(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    if w.random.random() < 0.3:
        test = f"yes({w.text(known)}) at most {w.random.choice(['2', 'b', 'k'])} times"
        return [f"while {test} do", *w.inside(known, depth, outer, parallel)]
    j = w.name()
    inner = {**known, "int": [*known["int"], j]}
    down = w.random.choice([f"{j} <- {j} - 1", f"{j} <- {j} / 2", f"{j} <- {j} - 2"])
    inside = w.inside(inner, depth, outer | {j}, parallel)
    return [f"{j} <- {w.bound(known)}", f"while {j} > 0 do", *inside, f"    {down}"]


def _repeat(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    cap = w.random.choice(["2", "b", "3"])
    return [
        "repeat",
        *w.inside(known, depth, outer, parallel),
        f"until yes({w.text(known)}) at most {cap} times",
    ]


def _parallel(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    i, ys = w.name(), w.name()
    workers = w.random.choice(["", "", " workers 2"])
    value = w.random.choice([f"note({w.text(known)})", f"range({w.text(known)})"])
    lines = [f"{ys} <- parallel for {i} in 1..{w.bound(known)}{workers} yield {value}"]
    known["list"].append(ys)
    if w.random.random() < 0.4:
        everything = frozenset(name for names in known.values() for name in names)
        lines += [
            f"parallel for {w.name()} in 1..{w.bound(known)} do",
            *w.inside(known, depth, outer | everything, True),
        ]
    return lines


def _conversation(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str]:
    reply, i = w.name(), w.name()
    return [
        f"conversation begins {w.text(known)} do",
        f"    for {i} in 1..{w.bound(known)} do",
        f"        hear {w.random.choice(['text[l]', w.text(known)])}",
        f"        {reply} <- talk()",
    ]


def _call(w: _Writer, known: Known, depth: int, outer: frozenset[str], parallel: bool) -> list[str] | None:
    if not w.helper or depth > 1:
        return None
    call = f"helper({w.text(known)}, {w.int(known)})"
    return [f"{w.target(known, 'text', outer)} <- {call}"]


_WRITE: dict[str, Writing] = {
    "ask": _ask, "draft": _draft, "find": _find, "decide": _decide, "let": _let_int, "any": _any_int,
    "concat": _concat, "splice": _splice, "if": _if, "for": _for, "for list": _for_list, "while": _while,
    "repeat": _repeat, "parallel": _parallel, "conversation": _conversation, "call": _call,
}  # fmt: skip
_SIMPLE = ["ask", "ask", "draft", "let", "any", "concat", "call"]
_NESTED = [
    "find",
    "decide",
    "splice",
    "if",
    "for",
    "for",
    "for list",
    "while",
    "repeat",
    "parallel",
    "conversation",
]
