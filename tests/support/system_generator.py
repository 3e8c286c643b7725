"""Random small transition systems: loops, branches, chance, draws, numbers decided outside, several jumps at once."""

from __future__ import annotations

import random

from aalpl.cost.koat.reader import read
from aalpl.cost.rules.nodes import Rules
from aalpl.report import Source

NAMES = ("x", "y")


def text(seed: int) -> str:
    """A system in KoAT's format."""
    pick = random.Random(seed)
    places = ["g", "h", "k"][: pick.randint(1, 3)]
    chance = pick.random() < 0.35
    lines = [f"f(x, y) -{{{pick.randint(0, 1)}}}> g({_entry(pick)})"]
    for place in places:
        lines += [_line(pick, place, places, chance) for _ in range(pick.randint(1, 3))]
    goal = "EXPECTEDCOMPLEXITY" if chance else "COMPLEXITY"
    rules = "\n  ".join(lines)
    return f"(GOAL {goal})\n(STARTTERM (FUNCTIONSYMBOLS f))\n(VAR x y)\n(RULES\n  {rules}\n)\n"


def system(seed: int) -> Rules:
    """The system itself."""
    return read(Source(f"seed{seed}.koat", text(seed))).rules


def _entry(pick: random.Random) -> str:
    return pick.choice(["x, y", "x, y", "x, x", "x, 0", "0, y", "x + y, y", "x, 2*x", "x, x - y"])


def _line(pick: random.Random, place: str, places: list[str], chance: bool) -> str:
    guard = [_relation(pick) for _ in range(pick.choice([1, 1, 1, 2, 2]))]
    own = pick.random() < 0.15
    if own:
        guard += [f"u >= {pick.randint(-1, 1)}", f"u <= {pick.choice(['2', '3', 'x', 'y'])}"]
    cost = pick.choice(["0", "1", "1", "1", "2", "x" if "x > 0" in guard else "1"])
    if chance and pick.random() < 0.6:
        p = pick.choice([("1/2", "1/2"), ("1/3", "2/3"), ("3/4", "1/4")])
        after = " :+: ".join(f"{each}:{_target(pick, place, places, own)}" for each in p)
    elif chance and pick.random() < 0.4:
        law = pick.choice(["UNIFORM(-2, 0)", "UNIFORM(-5, 1)", "BINOMIAL(2, 1/2)", "UNIFORM(-3, -1)"])
        after = f"{pick.choice(places)}({law}, y)"
    elif pick.random() < 0.08:
        after = f"Com_2({_target(pick, place, places, own)}, {_target(pick, place, places, own)})"
    else:
        after = _target(pick, place, places, own)
    return f"{place}(x, y) -{{{cost}}}> {after} :|: {' && '.join(guard)}"


def _target(pick: random.Random, place: str, places: list[str], own: bool) -> str:
    target = place if pick.random() < 0.6 else pick.choice([*places, "end"])
    return f"{target}({_update(pick, 'x', 'y', own)}, {_update(pick, 'y', 'x', own)})"


def _update(pick: random.Random, name: str, other: str, own: bool) -> str:
    options = [name] * 6 + [f"{name} - 1"] * 8 + [f"{name} - 2"] * 2 + [f"{name} + 1"] * 2
    options += ["0", other, f"{other} - 1", f"{name} + {other}", f"{name} - {other}"]
    options += ["u", f"{name} - u"] * 3 if own else []
    return pick.choice(options)


def _relation(pick: random.Random) -> str:
    return pick.choice(
        ["x > 0"] * 6 + ["y > 0"] * 5 + ["x > y", "x >= y", "x < y", "x <= 0", "y <= 0", "x != 0", "y < 3", "x + y > 0", "x = y"]
    )  # fmt: skip
