"""Bounds by potentials: systems of the literature, compared with brute force at all starts of a box."""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import pytest
from support.random_systems import random_system
from support.systems import compare, system

from aalpl.cost.potentials import programs
from aalpl.cost.potentials.frames import framed
from aalpl.cost.potentials.front import bracket
from aalpl.cost.potentials.programs import CONSTANT, Program
from aalpl.cost.result import Bracket
from aalpl.program.size import Size, maximum, minimum, sym

x, y, z, n, m = map(sym, "xyznm")


def same(one: Size | None, other: Size, names: str = "xyzn", low: int = -4, high: int = 7) -> bool:
    """Equal at many points."""
    assert one is not None
    used = sorted(one.free | other.free)
    points = [{}]
    for name in used:
        points = [{**p, name: k} for p in points for k in range(low, high + 1)]
    return all(one.value(p) == other.value(p) for p in points)


# -- worst and best case of loops that every cost analyser is asked -------------------------------------------------

EXACT = {
    "down": ("f -> f(x=x-1) if x>0 pay 1", maximum(0, x)),
    "inwards": (
        """f -> f(x=x+1) if x<y pay 1
        f -> f(y=y-1) if x<y pay 1""",
        maximum(0, y - x),
    ),
    "strides of three": ("f -> f(x=x-3) if x>0 pay 1", maximum(0, (x + 2) / 3)),
}

DETERMINISTIC = {
    "down": "f -> f(x=x-1) if x>0 pay 1",
    "down by two": "f -> f(x=x-2) if x>0 pay 1",
    "down by three, pays two": "f -> f(x=x-3) if x>0 pay 2",
    "up to a limit": "f -> f(x=x+1) if x<n pay 1",
    "nested triangle": """s -> f(i=0)
        f -> g(i=i+1,j=0) if i<n
        g -> g(j=j+1) if j<i pay 1
        g -> f if j>=i""",
    "nested square": """s -> f(i=0)
        f -> g(j=0) if i<n
        g -> g(j=j+1) if j<n pay 1
        g -> f(i=i+1) if j>=n""",
    "inwards": EXACT["inwards"][0],
    "sequence": """f -> f(x=x-1,y=y+1) if x>0 pay 1
        f -> g if x<=0
        g -> g(y=y-1) if y>0 pay 1""",
    "two phases": """f -> f(y=y-1) if x>0 and y>0 pay 1
        f -> f(x=x-1) if x>0 and y<=0 pay 1""",
    "reset": """f -> f(y=y-1) if x>0 and y>0 pay 1
        f -> f(x=x-1,y=n) if x>0 and y<=0 pay 1""",
    "pays what is left": "f -> f(x=x-1) if x>0 pay x",
}


@pytest.mark.parametrize("name", DETERMINISTIC)
def test_what_has_one_run_is_bounded_exactly(name: str) -> None:
    rules = system(DETERMINISTIC[name])
    found = bracket(rules)
    seen = compare(rules, found)
    assert seen.starts > 5
    for side in ("upper", "lower", "reached", "least"):
        assert seen.tight.get(side) == seen.starts, (name, side, getattr(found, side))


CHOICES = {
    "either": """f -> f(x=x-1) if x>0 and y>0 pay 1
        f -> f(y=y-1) if x>0 and y>0 pay 1""",
    "either, to be left": """f -> f(x=x-1) if x>0 and y>0 pay 1
        f -> f(y=y-1) if x>0 and y>0 pay 1
        f -> e if x<=0
        f -> e if y<=0""",
    "one or two": """f -> f(x=x-1) if x>0 pay 1
        f -> f(x=x-2) if x>0 pay 1""",
    "steps decided outside": "f -> f(x=x-U) if x>0 and U>=1 and U<=3 pay 1",
    "counter filled and used up": """s -> f(z=0)
        f -> g(n=n-1,z=z+1) if n>0
        g -> g(z=z-1) if z>0 pay 1
        g -> f""",
    "may stop": """f -> f(x=x-1) if x>0 pay 1
        f -> e if x>0""",
}


@pytest.mark.parametrize("name", CHOICES)
def test_an_adversary_is_bounded_from_both_sides(name: str) -> None:
    rules = system(CHOICES[name])
    found = bracket(rules)
    seen = compare(rules, found)
    assert seen.starts > 5
    for side in ("upper", "lower", "reached", "least"):
        assert seen.tight.get(side, 0) >= 0.7 * seen.starts, (name, side, getattr(found, side))


def test_either_counter_may_be_decreased() -> None:
    found = bracket(system(CHOICES["either"]))
    inside = [{"x": a, "y": b} for a in range(1, 7) for b in range(1, 7)]
    for size, value in ((found.upper, x + y - 1), (found.reached, x + y - 1), (found.lower, minimum(x, y))):
        assert size is not None
        assert all(size.value(at) == value.value(at) for at in inside)


def test_rounding_follows_integers() -> None:
    found = bracket(system("f -> f(x=x-2) if x>0 pay 1"))
    assert found.upper is not None
    assert [found.upper.value({"x": k}) for k in range(-1, 6)] == [0, 0, 1, 1, 2, 2, 3]


# -- expectations ----------------------------------------------------------------------------------------------------

P = Fraction(1, 3)
EXPECTED = {
    "coins": ("f -> 1/3 f(x=x-1) + 2/3 f if x>0 pay 1", maximum(0, 3 * x)),
    "drift down": ("f -> 3/4 f(x=x-1) + 1/4 f(x=x+1) if x>0 pay 1", maximum(0, 2 * x)),
    "between barriers": ("f -> 1/2 f(x=x-1) + 1/2 f(x=x+1) if x>0 and x<n pay 1", x * (n - x)),
    "nested coins": (
        """f -> g if n>0
        g -> 1/2 g + 1/2 f(n=n-1) pay 1""",
        maximum(0, 2 * n),
    ),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_expectations_are_exact(name: str) -> None:
    text, value = EXPECTED[name]
    found = bracket(system(text))
    assert found.expected_upper is not None
    assert found.expected_lower is not None
    for a in range(1, 6):
        at = {"x": a, "n": 6}
        assert found.expected_upper.value(at) == value.value(at) == found.expected_lower.value(at)


LOOPS = {  # loops of the literature on expected cost, written down from what they do
    "ber": "f -> 1/2 f(x=x+1) + 1/2 f if x<n pay 1",
    "linear01": "f -> 1/3 f(x=x-1) + 2/3 f(x=x-2) if x>=2 pay 1",
    "prdwalk": "f -> 1/2 f(x=x+U) + 1/2 f(x=x+V) if x<n pay 2 draw U ~ Uniform(0,2); V ~ Uniform(0,5)",
    "sprdwalk": "f -> 1/2 f(x=x+1) + 1/2 f if x<n pay 1",
    "race": "f -> 1/2 f(t=t+1,h=h+U) + 1/2 f(t=t+1) if h<=t pay 1 draw U ~ Uniform(0,10)",
    "rdseql": """f -> 1/2 f(x=x-1) + 1/2 f(x=x-1,y=y+1) if x>0 pay 1
        f -> g if x<=0
        g -> g(y=y-1) if y>0 pay 1""",
    "rdwalk": "f -> 3/4 f(x=x+1) + 1/4 f(x=x-1) if x<n pay 1",
    "rdspeed": """f -> 1/2 f(y=y+1) + 1/2 f if x<n and y<m pay 1
        f -> f(x=x+U) if x<n and y>=m pay 1 draw U ~ Uniform(0,3)""",
    "C4B_t13": """f -> 1/4 f(x=x-1,y=y+1) + 3/4 f(x=x-1) if x>0 pay 1
        f -> g if x<=0
        g -> g(y=y-1) if y>0 pay 1""",
    "C4B_t19": """f -> f(i=i-1) if i>100 pay 1
        f -> g(i=i+k+50) if i<=100
        g -> g(i=i-1) if i>=0 pay 1""",
    "C4B_t30": "f -> 1/2 f(x=y,y=x-1) + 1/2 f(x=y-1,y=x) if x>0 pay 1",
    "C4B_t61": """f -> 1/2 f(l=l-8) + 1/2 f(l=l-9) if l>=8 pay 1
        f -> g if l<8
        g -> g(l=l-1) if l>0 pay 1""",
    "condand": "f -> 1/2 f(n=n-1) + 1/2 f(m=m-1) if n>0 and m>0 pay 1",
    "cooling": """f -> 1/2 f(t=t+1) + 1/2 f(t=t-1,s=s+1) if t>0 and s<n pay 1""",
    "fcall": "f -> 1/2 g + 1/2 f(x=x+1) if x<n pay 1\ng -> f(x=x+1)",
    "filling": "f -> 1/3 f(v=v-1) + 2/3 f(v=v-3) if v>0 pay 1",
    "hyper": "f -> f(x=x+U) if x<n pay 1 draw U ~ Binomial(3,1/2)",
    "miner": "f -> g if n>0\ng -> 1/2 f(n=n-1) + 1/2 g pay 1",
    "prnes": """f -> 1/2 f(n=n-1,y=y+1) + 1/2 f(n=n-1) if n>0 pay 1
        f -> g if n<=0
        g -> 2/3 g(y=y-1) + 1/3 g if y>0 pay 1""",
    "prseq": """f -> 1/2 f(x=x-1) + 1/2 f(x=x-2) if x>y and x>=2 pay 1
        f -> g if x<=y
        g -> 2/3 g(y=y-1) + 1/3 g if y>0 pay 1""",
    "prspeed": """f -> 1/2 f(y=y+1) + 1/2 f if y<m and x<n pay 1
        f -> 1/2 f(x=x+2) + 1/2 f(x=x+1) if y>=m and x<n pay 1""",
    "robot": "f -> 1/4 f(x=x-1) + 1/4 f(x=x-2) + 1/2 f if x>0 pay 1",
    "roulette": "f -> 1/37 f(x=x+1) + 36/37 f(x=x-1) if x>0 pay 1",
    "sampling": "f -> f(x=x-U) if x>0 pay 1 draw U ~ Uniform(1,4)",
    "binary search with luck": "f -> 1/2 f(x=x-1) + 1/4 f(x=x-2) + 1/4 f(x=x-3) if x>3 pay 1",
    "rdwalk two": "f -> 1/2 f(x=x-2) + 1/2 f(x=x+1) if x>0 pay 1",
    "geo": "f -> 1/5 e + 4/5 f(x=x+1) pay 1",
    "coupon of three": "f -> 1/3 f(x=x-1) + 2/3 f if x>0 pay 1",
    "trader": "f -> 1/4 f(x=x+1) + 3/4 f(x=x-1) if x>m and m>=0 pay 1",
    "either way": """f -> 1/2 f(x=x-1) + 1/2 f if x>0 pay 1
        f -> 3/4 f(x=x-1) + 1/4 f if x>0 pay 1""",
    "bulk": "f -> 1/2 f(x=x-1) + 1/2 f(x=x-2) if x>0 pay x",
    "bottom": "f -> 1/2 f(x=x-1) + 1/2 f(x=x+1) if x>0 and x<10 pay 1",
    "lazy walk": "f -> 1/4 f(x=x-1) + 1/4 f(x=x+1) + 1/2 f if x>0 and x<n pay 1",
    "tries grow": """s -> f(x=0)
        f -> 1/2 e + 1/2 f(x=x+1) pay t+x if t>=0 and x>=0""".replace(
        " pay t+x if t>=0 and x>=0", " if t>=0 and x>=0 pay t+x"
    ),
}


def test_loops_of_the_literature_are_bounded(capsys: pytest.CaptureFixture[str]) -> None:
    lower, missing, spent = 0, [], []
    for name, text in LOOPS.items():
        rules = system(text)
        began = time.process_time()
        found = bracket(rules)
        spent.append(time.process_time() - began)
        compare(rules, found, -1, 4, limit=60)
        lower += found.expected_lower is not None
        if found.expected_upper is None:
            missing.append(name)
    told = (
        f"potentials: {len(LOOPS) - len(missing)} of {len(LOOPS)} loops bounded, {lower} from below, "
        f"median {1000 * sorted(spent)[len(spent) // 2]:.0f} ms, worst {1000 * max(spent):.0f} ms"
    )
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")
    assert not missing


SIDES = ("upper", "lower", "reached", "least", "expected_upper", "expected_lower")


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_random_systems_are_bounded_soundly(first: int) -> None:
    bounded = 0
    for seed in range(first, first + 20):
        rules = random_system(seed)
        found = bracket(rules)
        compare(rules, found, -2, 3, limit=50, reach=3)
        bounded += any(getattr(found, side) is not None for side in SIDES)
    assert bounded >= 10


# -- what must not be bounded ----------------------------------------------------------------------------------------

INFINITE = {
    "fair walk with one barrier": "f -> 1/2 f(x=x-1) + 1/2 f(x=x+1) if x>0 pay 1",
    "fair walk of two steps": "f -> 1/2 f(x=x-2) + 1/2 f(x=x+2) if x>0 pay 1",
    "upwards": "f -> 1/4 f(x=x-1) + 3/4 f(x=x+1) if x>0 pay 1",
    "double or nothing": "f -> 1/2 e + 1/2 f(x=2*x) if x>0 pay x",
    "for ever": "f -> f(x=x+1) if x>0 pay 1",
    "stays": "f -> f pay 1",
    "drawn without drift": "f -> f(x=x+U) if x>0 pay 1 draw U ~ Uniform(-1,1)",
    "an adversary lets it drift": """f -> 3/4 f(x=x-1) + 1/4 f(x=x+1) if x>0 pay 1
        f -> 1/2 f(x=x-1) + 1/2 f(x=x+1) if x>0 pay 1""",
}


@pytest.mark.parametrize("name", INFINITE)
def test_the_infinite_gets_no_finite_bound(name: str) -> None:
    found = bracket(system(INFINITE[name]))
    assert found.expected_upper is None
    assert found.upper is None


def test_what_is_not_paid_while_it_goes_on_is_no_lower_bound() -> None:
    found = bracket(system("f -> f if x>0\nf -> e if x>0 pay x"))
    seen = compare(system("f -> f if x>0\nf -> e if x>0 pay x"), found)
    assert seen.starts


def test_loose_systems_say_nothing_of_what_is_reached() -> None:
    found = bracket(system(CHOICES["either"], loose=True))
    assert found.upper is not None
    assert found.reached is None
    assert found.least is None


def test_prices_are_factors() -> None:
    rules = system("f -> f(x=x-1) if x>0 pay c", parameters="c", facts=(sym("c"),))
    found = bracket(rules)
    assert isinstance(found, Bracket)
    compare(rules, found, c=Fraction(1, 2))
    assert same(found.upper, maximum(0, x) * sym("c"), low=0)


def test_probabilities_may_have_names() -> None:
    p = sym("p")
    rules = system("f -> p f(x=x-1) + 1-p f if x>0 pay 1", parameters="p", facts=(p, 1 - p))
    found = bracket(rules)
    compare(rules, found, p=Fraction(1, 4))
    assert found.expected_upper is not None
    assert found.expected_upper.value({"x": 3, "p": Fraction(1, 4)}) == 12


# -- exact numbers ---------------------------------------------------------------------------------------------------


def thirds() -> Program:
    """The least c with 3 c - 1 >= 0."""
    program = Program()
    column = program.unknown()
    program.nonnegative({column: Size({(): 3}), CONSTANT: Size({(): -1})}, framed(()), 1)
    return program


def test_what_is_found_is_exact_and_holds() -> None:
    program = thirds()
    assert program.least({0: 1.0}) == [Fraction(1, 3)]
    assert not program.holds([Fraction(0.3333333333)])
    assert program.holds([Fraction(1, 3)])


def test_a_vertex_is_solved_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "SNAPS", ())
    assert thirds().least({0: 1.0}) == [Fraction(1, 3)]


def test_facts_are_read_as_integers() -> None:
    assert framed((2 * x - 1, -x)).dead
    assert not framed((2 * x - 1, 1 - x)).dead
    assert not framed((2 * x - 1, 2 - 3 * x), ("x",)).dead
