"""A pinch of everything else for random programs: records, lists, texts, conversations, contracts, hypotheses, claims.

Each writes a few statements into the body of `f(a: int, b: int)` and what they need into the header. What is paid by many of
them depends on `a` or `b`, so that bounds have something to be.
"""

from __future__ import annotations

from collections.abc import Callable

from .writer import Writer

NOTE = "llm note(x: text) -> text[2]  size 1"

Spice = Callable[[Writer], list[str]]


def _records(w: Writer) -> list[str]:
    w.header.add("type pair = {low: int, high: int}")
    return ["r <- {low: a, high: b}", "r.low <- r.low + 1", "for i in r.low..r.high do", "    step()"]


def _lists(w: Writer) -> list[str]:
    w.header.add("llm note(x: text) -> text[2]  size 1")
    return ['xs <- ["one word", "two"]', "xs[0] <- note(xs[1])", "for x in xs ++ [xs[0]] do", "    note(x)"]


def _texts(w: Writer) -> list[str]:
    w.header.add("llm note(x: text) -> text[2]  size 1")
    return [
        't <- "four words are here" ++ "more"',
        "t[0:2] <- note(t)",
        "for i in 1..a do",
        "    t <- t ++ note(t[0 : len(t)/2])",
    ]


def _maybe(w: Writer) -> list[str]:
    w.header.add("llm find(x: text) -> text[1]?  size 1")
    w.functions["positive"] = [
        "def positive(n: int) -> int?:",
        "    if n > 0 then",
        "        return n",
        "    return nothing",
    ]
    return [
        "k <- positive(a) else 0",
        "bug <- find(\"here\")",
        "if bug then",
        "    step()",
        "for i in 1..k do",
        "    step()",
    ]  # fmt: skip


def _flags(w: Writer) -> list[str]:
    return [
        "done <- false",
        "k <- a",
        "while not done do",
        "    step()",
        "    k <- k - 1",
        "    if k <= 0 then done <- true",
    ]


def _folds(w: Writer) -> list[str]:
    e = w.pick(
        "sum(i in 1..3: i*i)", "max(i in 0..2: i - a)", "min(i in 1..2: a + i)", "count i in 1..4 of i > a"
    )
    return [f"k <- {e}", "for i in -1..k do", "    step()"]


def _handed_over(w: Writer) -> list[str]:
    w.header.add("llm note(x: text) -> text[2]  size 1")
    w.functions["apply"] = [
        "def apply(g: (text) -> text, n: int):",
        "    for i in 1..n do",
        '        g("word")',
    ]
    return ["apply(note, a)"]


def _facts(w: Writer) -> list[str]:
    w.header |= {
        "llm note(x: text) -> text  size 1",
        "oracle good(x: text) -> bool",
        "measure worth(x: text) -> int in 0..3",
    }
    laws = ["good(result) with probability 1/2", "worth(result) ~ Binomial(3, 1/2)"]
    said = w.random.choice(laws)
    return [
        f'y <- note("word") where len(result) = 2, worth(result) >= 1, {said}',
        "if good(y) then",
        "    step()",
        "if worth(y) > 1 then",
        "    step()",
    ]


def _sized(w: Writer) -> list[str]:
    w.header |= {
        "const c",
        "size k, n",
        "assume c <= k",
        "llm team[i in 0..2](x: text[k]) -> text[k]  size 1",
    }
    w.functions["whole"] = [
        "def whole(x: text[n], y: text[n]):",
        "    for i in 1..n do",
        "        y <- team[i mod 3](x[0:k])",
        "    for i in 1..k do",
        "        step()",
    ]
    return ['whole("some words here", "three more words")']


def _parallel(w: Writer) -> list[str]:
    w.header |= {"size k", "llm note(x: text) -> text[2]  size 1"}
    return [
        'xs <- ["a b", "c d", "e f"]',
        "parallel for i in 0..2 do",
        "    xs[i] <- note(xs[i])",
        f"ys <- parallel for i in 1..max(0, a){w.pick('', ' workers 2')} yield note(xs[0])",
    ]


def _talk(w: Writer) -> list[str]:
    w.header |= {"llm reply(seen: transcript) -> text[1..3]  size 1", "costmodel own = 2*P + O*m"}
    return [
        'conversation begins "hello there" do',
        "    for i in 1..a do",
        "        hear text[2]",
        "        reply()",
    ]


def _claimed(w: Writer) -> list[str]:
    w.header |= {"size n", "measure won(x: int) = x > 0"}
    w.functions["coin"] = ["def coin() -> int:", "    if flip(1/3) then", "        return 1", "    return 0"]
    w.claims += [
        "claim best calls(f) >= 0",
        "claim calls(f) + 1 = Omega(1)",
        "claim P(won(coin)) <= 1",
    ]  # fmt: skip
    return ["k <- coin()", "if k = 1 then", "    step()"]


def _signs(w: Writer) -> list[str]:
    return [
        "k <- -a",
        "for i in k..0 do",
        "    step()",
        "k <- a if a > b else b",
        "while k > 3 do",
        "    step()",
        "    k <- k - 1",
    ]


def _built(w: Writer) -> list[str]:
    """A list that grows in one loop and is worked off in another."""
    w.header.add(NOTE)
    off = w.pick("for x in xs do\n    note(x)", "while len(xs) > 0 do\n    x <- pop xs\n    note(x)",
                 "for i in 0..len(xs) - 1 do\n    xs[i] <- note(xs[i])")  # fmt: skip
    return [
        "xs <- []",
        f"for i in 1..{w.pick('a', 'a + b', '2*a')} do",
        '    xs <- xs ++ ["one word"]',
        *off.split("\n"),
    ]


def _halves(w: Writer) -> list[str]:
    """Divide and conquer on slices of a text."""
    w.header |= {"size n", NOTE}
    end = w.pick("note(x)", "step()")
    both = w.pick(
        "halves(x[0 : len(x) / 2])\n    halves(x[len(x) / 2 : len(x)])", "halves(x[0 : len(x) / 2])"
    )
    w.functions["halves"] = [
        "def halves(x: text[n]):", "    if len(x) <= 1 then", f"        {end}", "        return",
        *(f"    note(x)\n    {both}".split("\n")),
    ]  # fmt: skip
    return [
        't <- "four words are here"',
        f"for i in 1..{w.pick('a', 'b')} do",
        "    t <- t ++ t[0:1]",
        "halves(t)",
    ]


def _heads(w: Writer) -> list[str]:
    """Recursion on what is left of a list."""
    w.header.add(NOTE)
    w.functions["rest"] = [
        "def rest(xs: list of text[2]):", "    if len(xs) = 0 then", "        return", "    note(xs[0])",
        "    rest(xs[1 : len(xs)])",
    ]  # fmt: skip
    return ["ys <- []", "for i in 1..a do", '    ys <- ys ++ ["two words"]', "rest(ys)"]


def _windows(w: Writer) -> list[str]:
    """A conversation in a model's window."""
    w.header |= {"model big size 2 window 4000 overhead 3", "llm say(seen: transcript) -> text[2] on big"}
    stop = w.pick("", "        if * then k <- 0")
    lines = ['conversation begins "hello" do', f"    k <- {w.pick('a', 'min(a, 9)')}", "    while k > 0 do",
             '        hear "go on"', "        y <- say()", "        k <- k - 1"]  # fmt: skip
    return [*lines, stop] if stop else lines


def _supposed(w: Writer) -> list[str]:
    """Hypotheses: of how often, how probably."""
    w.header.add("llm fine() -> bool  size 1")
    most = w.pick("2", "max(0, b)")
    if w.chance(0.5):
        return [f"while fine() at most {most} times do", "    step()", "for i in 1..a do", "    step()"]
    return [
        "for i in 1..a do",
        f"    if fine() at most {most} times then",
        "        step()",
        "        step()",
    ]


def _likely(w: Writer) -> list[str]:
    w.header.add("llm fine() -> bool  size 1")
    return [
        "for i in 1..a do",
        f"    if fine() with probability {w.pick('1/2', '1/4')} then",
        "        step()",
    ]


def _required(w: Writer) -> list[str]:
    w.functions["worker"] = [
        "def worker(n: int, k: int) -> int requires n >= 1:",
        "    for i in n..k do",
        "        step()",
        f"    return {w.pick('n + k', 'max(n, k)', 'k / n')}",
    ]
    return ["r <- worker(max(1, a), b)", f"for i in 1..{w.pick('r', 'r / 2')} do", "    step()"]


def _voted(w: Writer) -> list[str]:
    w.header |= {"prob p", "llm vote() -> text[1] size 1 right with probability p rivals 1"}
    return ["k, n <- 0, 0", f"while {w.pick('abs(k) < 2 and n < a', 'n < a')} do", "    x <- vote()", "    y <- vote()",
            "    if x = y then k <- k + 1 else k <- k - 1", "    n <- n + 1"]  # fmt: skip


def _chosen(w: Writer) -> list[str]:
    w.header.add('llm kind() -> one of "left" | "right" | "stop"  size 1')
    return [f"x, y <- a, {w.pick('b', 'a', '3')}", "while x > 0 and y > 0 do", "    k <- kind()",
            '    if k = "left" then x <- x - 1', '    if k = "right" then y <- y - 1',
            f'    if k = "stop" then x <- {w.pick("0", "x - 1", "y - 1")}']  # fmt: skip


def _ranged(w: Writer) -> list[str]:
    """Contracts of lengths: texts that may be longer or shorter, and are read again."""
    w.header |= {"llm more(x: text) -> text[1..3]  size 1", NOTE}
    return ['t <- "a b"', f"for i in 1..{w.pick('a', 'min(a, b)', 'b')} do",
            f"    t <- {w.pick('more(t)', 't ++ more(t)', 't ++ more(t[0:1])')}", "note(t)"]  # fmt: skip


def _joined(w: Writer) -> list[str]:
    """Parallel branches that differ, and a loop over what they give."""
    w.header.add("llm more(x: text) -> text[1..3]  size 1")
    way = w.pick("", " workers 2", " workers 3")
    return [f"ys <- parallel for i in 1..{w.pick('a', 'a + b', '3')}{way} yield more(\"a word\")", "t <- \"\"",
            "for y in ys do", "    t <- t ++ y", "more(t)"]  # fmt: skip


def _matrix(w: Writer) -> list[str]:
    w.header.add("type state = {left: int, right: int, seen: text}")
    move = w.pick("s.left <- s.left - 1", "if * then s.left <- s.left - 1 else s.right <- s.right - 1")
    return ['s <- {left: a, right: b, seen: "x"}', "while s.left > 0 and s.right > 0 do", "    step()",
            *([] if w.chance(0.5) else ['    s.seen <- s.seen ++ "y"']), f"    {move}"]  # fmt: skip


SPICES: dict[str, Spice] = {
    "records": _records, "lists": _lists, "texts": _texts, "maybe": _maybe, "flags": _flags, "folds": _folds,
    "functions": _handed_over, "facts": _facts, "parallel": _parallel, "conversation": _talk, "claims": _claimed,
    "signs": _signs, "sizes": _sized, "built list": _built, "slices": _halves, "rest of a list": _heads,
    "windows": _windows, "hypotheses": _supposed, "likely": _likely, "requires": _required, "votes": _voted,
    "options": _chosen, "lengths": _ranged, "joined": _joined, "records that fall": _matrix,
}  # fmt: skip

RARE = (
    "maybe",
    "folds",
    "facts",
    "facts",
    "sizes",
    "texts",
    "claims",
    "functions",
    "lists",
    "conversation",
    "conversation",
    "facts",
    "parallel",
    "functions",
)
"""What has nodes that nothing else has comes more often."""
