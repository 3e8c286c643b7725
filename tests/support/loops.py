"""Loops of all kinds for random programs: over ints, with choices and chance, and functions that call themselves.

Most of them end; those that need not are bounded by nobody, and the analysis has to say so. `wild` loops are drawn without
any thought of an end.
"""

from __future__ import annotations

from .writer import Writer, Writing


def _counted(w: Writer, names: list[str], depth: int) -> list[str]:
    i = w.new("i")
    low, high = w.pick("1", "1", "0", "-1", w.random.choice(names)), w.small(names)
    step = w.pick("", "", "", " by 2", " by 3")
    return [f"for {i} in {low}..{high}{step} do", *w.inside([*names, i], depth)]


def _dependent(w: Writer, names: list[str], depth: int) -> list[str]:
    i, j = w.new("i"), w.new("j")
    low, high = w.pick(("1", i), (i, w.small(names)), ("1", f"{i} / 2"), ("0", f"2*{i}"), (f"{i} / 2", i),
                       ("1", f"{i}*{i}"), ("1", f"max({i}, b)"), (f"-{i}", i))  # type: ignore[arg-type]  # fmt: skip
    return [
        f"for {i} in {w.pick('1', '0')}..{w.small(names)} do",
        *(["    step()"] if w.chance(0.3) else []),
        f"    for {j} in {low}..{high}{w.pick('', '', ' by 2')} do",
        *("    " + line for line in w.inside([*names, i, j], depth + 1)),
    ]


def _leaving(w: Writer, names: list[str], depth: int) -> list[str]:
    """A counted loop that may be left before its end."""
    i = w.new("i")
    if depth or w.chance(0.5):
        go = w.new("go")
        return [
            f"{i}, {go} <- 1, true",
            f"while {i} <= {w.small(names)} and {go} do",
            *w.inside([*names, i], depth),
            f"    {i} <- {i} + 1",
            f"    if {w.test([*names, i])} then {go} <- false",
        ]
    lines = [f"for {i} in 1..{w.small(names)} do", *w.inside([*names, i], depth)]
    return [*lines, f"    if {w.test([*names, i])} then", "        return"]


def _down(w: Writer, names: list[str], depth: int) -> list[str]:
    x = w.new("x")
    step = f"{x} <- {x} - {w.pick('1', '1', '2', '3', '(any int in 1..2)')}"
    if w.chance(0.15):
        step = f"if {w.noting('*')} then {x} <- {x} - 1 else {x} <- {x} - 2"
    test = w.pick(f"{x} > 0", f"{x} > 1", f"{x} >= 0", f"{x} > -2", f"{x} > {w.random.choice(names)}")
    return [f"{x} <- {w.small(names)}", f"while {test} do", *w.inside([*names, x], depth), f"    {step}"]


def _up(w: Writer, names: list[str], depth: int) -> list[str]:
    x, by = w.new("x"), w.pick("1", "1", "2")
    test = f"{x} {w.pick('<', '<=')} {w.small(names)}"
    lines = [*w.inside([*names, x], depth), f"    {x} <- {x} + {by}"]
    if w.chance(0.25):
        return [f"{x} <- 0", "repeat", *lines, f"until not ({test})"]
    return [f"{x} <- {w.pick('0', '1')}", f"while {test} do", *lines]


def _scaling(w: Writer, names: list[str], depth: int) -> list[str]:
    """Halving, doubling, thirds, roots."""
    x = w.new("x")
    inside = w.inside(names, depth)
    match w.random.randint(0, 4):
        case 0 | 1:
            by = w.pick("2", "2", "3")
            low = w.pick("0", "1")
            return [f"{x} <- {w.small(names)}", f"while {x} > {low} do", *inside, f"    {x} <- {x} / {by}"]
        case 2:
            return [
                f"{x} <- 1",
                f"while {x} < {w.small(names)} do",
                *inside,
                f"    {x} <- {x} * {w.pick('2', '3')}",
            ]
        case 3:
            return [
                f"{x} <- 1",
                f"while {x}*{x} <= {w.random.choice(names)} do",
                *inside,
                f"    {x} <- {x} + 1",
            ]
        case _:
            return [f"{x} <- {w.small(names)}", f"while {x} > 2 do", *inside, f"    {x} <- ({x} + 1) / 2"]


def _pair(w: Writer, names: list[str], depth: int) -> list[str]:
    x, y = w.new("x"), w.new("y")
    way = w.noting(w.pick("*", f"{y} > 0", "flip(1/2)"))
    more = w.pick("and", "or") if way == f"{y} > 0" else "and"
    test = f"{x} > 0" if way == f"{y} > 0" and more == "and" else f"{x} > 0 {more} {y} > 0"
    second = w.pick(f"{x} <- {x} - 1", f"{x} <- {x} - 1", f"{x}, {y} <- {x} - 1, a")
    return [
        f"{x}, {y} <- {w.small(names)}, {w.small(names)}",
        f"while {test} do",
        f"    {w.pay()[0]}",
        f"    if {way} then",
        f"        {y} <- {y} - {w.pick('1', '1', '2')}",
        *(["        step()"] if w.chance(0.2) else []),
        "    else",
        f"        {second}",
    ]


def _saving(w: Writer, names: list[str], depth: int) -> list[str]:
    """What one loop saves up another spends."""
    z, i = w.new("z"), w.new("i")
    test = f"{z} > 0{w.noting(w.pick('', ' and *', ' and *'))}"
    return [
        f"{z} <- {w.pick('0', '0', w.random.choice(names))}",
        f"for {i} in 1..{w.small(names)} do",
        f"    {z} <- {z} + {w.pick('1', '2', i)}",
        f"    while {test} do",
        f"        {z} <- {z} - {w.pick('1', '1', '2')}",
        f"        {w.pay()[0]}",
    ]


def _phases(w: Writer, names: list[str], depth: int) -> list[str]:
    """One variable grows until it makes another fall, or is spent first."""
    x, y = w.new("x"), w.new("y")
    start = f"{x}, {y} <- {w.small(names)}, {w.small(names)}"
    match w.random.randint(0, 2):
        case 0:
            body = ["step()", f"{x}, {y} <- {x} + {y}, {y} - 1"]
        case 1:
            body = ["step()", f"if {y} > 0 then {y} <- {y} - 1 else {x} <- {x} - 1"]
        case _:
            body = [f"if {x} > {y} then", "    step()", f"    {x} <- {x} - 1", "else",
                    f"    {x}, {y} <- {x} - 1, {y} - 2"]  # fmt: skip
    return [start, f"while {x} > 0 do", *("    " + line for line in body)]


def _wild(w: Writer, names: list[str], depth: int) -> list[str]:
    """Guards and steps of two or three variables, drawn without a plan."""
    own = [w.new("x") for _ in range(w.random.choice([1, 2, 2, 2, 3]))]
    starts = [f"{x} <- {w.small(names)}" for x in own]
    known = [*own, *own, w.random.choice(names)]

    def change() -> str:
        x, y = w.random.choice(own), w.random.choice(known)
        by = w.pick(f"{x} - 1", f"{x} - 1", f"{x} - 1", f"{x} - 2", f"{x} + 1", f"{x} - {y}", y, f"{y} - 1", "0", "2",
                    f"{x} / 2", f"{x} - (any int in 0..1)", f"{x} - Uniform(0..2)", f"-{x}", f"max({x}, {y}) - 1",
                    f"min({x} - 1, {y})")  # fmt: skip
        if "Uniform" in by:
            w.constructs.add("draw")
        return f"{x} <- {by}"

    def block(deep: int) -> list[str]:
        lines: list[str] = []
        for _ in range(w.random.choice([1, 2, 2])):
            if deep and w.chance(0.4):
                lines += [f"if {w.test(known)} then", *("    " + line for line in block(deep - 1))]
                if w.chance(0.6):
                    lines += ["else", *("    " + line for line in block(deep - 1))]
            elif not depth and deep < 2 and w.chance(0.1):
                return [*lines, "return"]
            else:
                lines.append(w.pay()[0] if w.chance(0.3) else change())
        return lines

    test = w.pick(f"{own[0]} > 0", f"{own[0]} > 0", f"{own[0]} > 0 and {own[-1]} > 0", f"{own[0]} > {own[-1]}",
                  f"{own[0]} > 0 or {own[-1]} > 1", f"{own[0]} != {w.random.choice(known)}")  # fmt: skip
    last = [f"    {own[0]} <- {own[0]} - 1"] if w.chance(0.6) else []
    body = [f"    {line}" for line in [w.pay()[0], *block(2)]]
    return [*starts, f"while {test} do", *body, *last]


def _lucky(w: Writer, names: list[str], depth: int) -> list[str]:
    w.constructs.add("flip")
    x, p = w.new("x"), w.pick("1/2", "1/3", "3/4")
    kind = w.random.random()
    if kind < 0.3:
        return ["repeat", *w.inside(names, depth + 1), f"until flip({p})"]
    if kind < 0.45:
        w.header.add("llm sure() -> bool true with probability 2/3  size 1")
        return [f"for {x} in 1..{w.small(names)} do", "    repeat", "        step()", "    until sure()"]
    other = w.pick("", f" else {x} <- {x} + 1" if p == "3/4" else "")
    return [
        f"{x} <- {w.small(names)}",
        f"while {x} > 0 do",
        *w.inside(names, depth + 1),
        f"    if flip({p}) then {x} <- {x} - 1{other}",
    ]


def _retries(w: Writer, names: list[str], depth: int) -> list[str]:
    """Tries that somebody ends, at most some times."""
    i, ok = w.new("i"), w.new("ok")
    w.header.add("llm ready() -> bool  size 1")
    if w.chance(0.4):
        w.plain = False
        most = w.pick("3", "max(1, a)")
        return ["repeat", *w.inside(names, depth + 1), f"until ready() at most {most} times"]
    return [
        f"{i}, {ok} <- 0, false",
        f"while not {ok} and {i} < {w.small(names)} do",
        f"    {ok} <- ready()",
        f"    {i} <- {i} + 1",
    ]


def _recursion(w: Writer, names: list[str], depth: int) -> list[str]:
    g, h, m = w.new("g"), w.new("h"), w.random.choice(names)
    way = w.pick("one", "one", "half", "two", "loop", "mutual", "down", "either", "parts", "count")
    again = {
        "one": [f"{g}(n - {w.pick('1', '2')}, m)"],
        "half": [f"{g}(n / {w.pick('2', '3')}, m)"],
        "two": [f"{g}(n - 1, m)", f"{g}(n - {w.pick('1', '2')}, m)"],
        "loop": [f"for i in 1..{w.pick('n', 'm', '2')} do", "    step()", f"{g}(n - 1, {w.pick('m', 'm + 1', 'm - 1')})"],
        "mutual": [f"{h}(n - 1, m)"],
        "down": [f"if m > 0 then {g}(n, m - 1) else {g}(n - 1, {w.pick('0', 'n')})"],
        "either": [f"if {w.noting('*')} then {g}(n - 1, m) else {g}(n / 2, m)"],
        "parts": [f"{g}(n / 2, m)", f"{g}((n - 1) / 2, m)"],
        "count": [f"k <- {g}(n - 1, m)"],
    }[way]  # fmt: skip
    if way == "count":
        n = w.small(names)
        w.functions[g] = [
            f"def {g}(n: int, m: int) -> int:", "    if n <= 0 then", "        return 0", "    step()",
            *("    " + each for each in again), f"    return k + {w.pick('1', '1', 'max(0, m)')}",
        ]  # fmt: skip
        return [f"k <- {g}({n}, {m})", f"for {h} in 1..k do", "    step()"]
    low = w.pick("0", "0", "1")
    w.functions[g] = [f"def {g}(n: int, m: int):", f"    if n > {low} then", "        step()"]
    w.functions[g] += [f"        {each}" for each in again]
    if w.chance(0.2):
        w.functions[g] += ["    else", "        step()"]
    if way == "mutual":
        w.functions[h] = [
            f"def {h}(n: int, m: int):",
            f"    if n > {w.pick('0', 'm')} then",
            f"        {g}(n - 1, m)",
        ]
        w.functions[h] += ["        step()"]
    small = w.small(names)
    return [f"{g}({'min(a, 6)' if way == 'two' else small}, {'min(b, 4)' if way == 'down' else m})"]


LOOPS: dict[str, Writing] = {
    "counted loop": _counted, "dependent loop": _dependent, "left loop": _leaving,
    "while down": _down, "while up": _up, "scaling": _scaling, "two counters": _pair, "amortised": _saving,
    "phases": _phases, "wild": _wild, "random loop": _lucky, "retries": _retries, "recursion": _recursion,
}  # fmt: skip
