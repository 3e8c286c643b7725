"""How probably results are right, against exact distributions that are worked out here by other means: a chain of states
for each scheme, written down by hand and followed until what is left of the probability does not matter."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from fractions import Fraction
from math import comb

import pytest
from support.running import checked

from aalpl.cost import analyse
from aalpl.cost.chance.rational import same
from aalpl.cost.reliability.success import Success, expected_calls, success
from aalpl.cost.result import Quantity
from aalpl.program.size import Size

P = (Fraction(3, 5), Fraction(7, 10), Fraction(9, 10))

HEAD = """\
prob p, q, v
size N, h, s, m
llm vote(state: text) -> text[O(1)] size w right with probability p rivals 1
llm other(state: text) -> text[O(1)] size w right with probability q rivals 1
llm weak(state: text) -> text[O(1)] size w right with probability p
llm judge(state: text) -> bool size w right with probability p
llm check(x: text, y: text) -> bool true with probability 9/10 size w
"""

State = Hashable
Step = Callable[[State], Iterable[tuple[Fraction | float, State]]]


def followed(start: State, step: Step) -> tuple[float, float]:
    """The probability of ending in True, and the expected number of calls: a state is True, False, or (calls, rest);
    `step` gives what comes after a call in the states that are left."""
    here: dict[State, float] = {start: 1.0}
    right = calls = 0.0
    for _ in range(4000):
        after: dict[State, float] = {}
        for state, chance in here.items():
            for share, target in step(state):
                calls += chance * float(share) * (target is not None)
                if target is True:
                    right += chance * float(share)
                elif target is not False:
                    after[target] = after.get(target, 0.0) + chance * float(share)
        here = {state: chance for state, chance in after.items() if chance > 1e-18}
        if sum(here.values()) < 1e-14:
            break
    return right, calls


def derived(text: str, function: str, numbers: Mapping[str, Fraction | int] | None = None) -> Success:
    found = success(checked(HEAD + text), function, numbers)
    assert found.exact is not None, found.reason
    assert found.ends == 1
    return found


def value(size: Size | None, **at: Fraction | int) -> float:
    assert size is not None
    return float(size.value({name: Fraction(number) for name, number in at.items()}))


# -- a lead ----------------------------------------------------------------------------------------------------------

TALLY = """\
def decide(state: text, d: int in 1..) -> text:
    t <- tally()
    repeat
        t.add(vote(state))
    until t.lead >= d
    return t.leader
"""
FLIPS = """\
def decide(d: int in 1..) -> bool:
    ahead <- 0
    repeat
        if flip(p) then ahead <- ahead + 1 else ahead <- ahead - 1
    until abs(ahead) >= d
    return ahead > 0
"""
OWN = """\
def decide(state: text, d: int in 1..) -> text:
    first <- vote(state)
    other <- first
    fors, against <- 1, 0
    while fors - against < d and against - fors < d do
        again <- vote(state)
        if again = first then
            fors <- fors + 1
        else
            other <- again
            against <- against + 1
    if fors > against then
        return first
    return other
"""
LIST = """\
def decide(state: text, d: int in 1..) -> text:
    seen <- [vote(state)]
    counts <- [1]
    while count_ahead(counts) < d do
        y <- vote(state)
        if y = seen[0] then
            counts[0] <- counts[0] + 1
        else
            if len(seen) = 1 then
                seen <- seen ++ [y]
                counts <- counts ++ [0]
            counts[1] <- counts[1] + 1
    return seen[0] if len(seen) = 1 or counts[0] > counts[1] else seen[1]
def count_ahead(counts: list of int) -> int:
    return abs(counts[0] - counts[1]) if len(counts) > 1 else counts[0]
"""


def ruin(p: Fraction, d: int) -> tuple[float, float]:
    def step(lead: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(lead, int)
        for share, move in ((p, 1), (1 - p, -1)):
            yield share, True if lead + move == d else False if lead + move == -d else lead + move

    return followed(0, step)


@pytest.mark.parametrize("text", [TALLY, FLIPS, OWN, LIST], ids=["tally", "flips", "own", "list"])
def test_a_lead(text: str) -> None:
    """MAKER, equation 9; the same from the library's tally, from flips, and from two people's own counting."""
    found = derived("assume p > 1/2\n" + text, "decide").exact
    for p in P:
        for d in (1, 2, 3, 5):
            assert value(found, p=p, d=d) == pytest.approx(ruin(p, d)[0], abs=1e-12)


@pytest.mark.parametrize("text", [TALLY, FLIPS, OWN, LIST], ids=["tally", "flips", "own", "list"])
def test_the_formula_of_a_lead_is_the_same_however_it_is_counted(text: str) -> None:
    found = derived("assume p > 1/2\n" + text, "decide").exact
    reference = derived(TALLY, "decide").exact
    assert found is not None
    assert reference is not None
    assert same(found, reference)


@pytest.mark.parametrize("text", [TALLY, OWN, LIST], ids=["tally", "own", "list"])
def test_calls_until_a_lead(text: str) -> None:
    """MAKER, equation 16."""
    program = checked(HEAD + "assume p > 1/2\n" + text)
    found = expected_calls(program, "decide")
    for p in P:
        for d in (1, 2, 4):
            assert value(found, p=p, d=d) == pytest.approx(ruin(p, d)[1], rel=1e-9)
    answer = analyse(program, "decide").answer(Quantity("calls"))
    assert answer.expected.low == answer.expected.high == found


@pytest.mark.parametrize(
    ("p", "d", "right", "votes"),
    [(0.7, 3, 0.92703, 6.4054), (0.9, 2, 0.98780, 2.4390), (0.6, 4, 0.83505, 13.402)],
)
def test_published_numbers_of_a_lead(p: float, d: int, right: float, votes: float) -> None:
    program = checked(HEAD + "assume p > 1/2\n" + TALLY)
    chance = Fraction(str(p))
    assert value(success(program, "decide").exact, p=chance, d=d) == pytest.approx(right, abs=1e-5)
    assert value(expected_calls(program, "decide"), p=chance, d=d) == pytest.approx(votes, rel=1e-4)


TASK = (
    TALLY
    + """\
def task(state: text, d: int in 1..) -> text:
    for i in 1..s do
        state <- decide(state, d)
    return state
"""
)
WHOLE = (
    FLIPS
    + """\
def task(d: int in 1..) -> bool:
    good <- true
    for i in 1..s do
        if not decide(d) then
            good <- false
    return good
"""
)
EARLY = (
    FLIPS
    + """\
def task(d: int in 1..) -> bool:
    for i in 1..s do
        if not decide(d) then
            return false
    return true
"""
)
NESTED = """\
def task(state: text, d: int in 1..) -> text:
    for i in 1..s do
        first <- vote(state)
        other, ahead <- first, 1
        while ahead < d and ahead > -d do
            again <- vote(state)
            if again = first then
                ahead <- ahead + 1
            else
                other, ahead <- again, ahead - 1
        state <- first if ahead > 0 else other
    return state
"""


@pytest.mark.parametrize("text", [TASK, WHOLE, EARLY, NESTED], ids=["tally", "flips", "early", "nested"])
def test_a_task_of_many_steps(text: str) -> None:
    """MAKER, equation 13 with steps of one vote each."""
    found = derived("assume p > 1/2\n" + text, "task").exact
    for p in P:
        for d, s in ((1, 4), (2, 3), (3, 9)):
            assert value(found, p=p, d=d, s=s) == pytest.approx(ruin(p, d)[0] ** s, rel=1e-9)


# -- rounds of which the number is known -----------------------------------------------------------------------------


def tail(n: int, p: Fraction, least: int) -> float:
    return float(sum(comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(least, n + 1)))


MAJORITY = {
    "tally": """\
def majority(state: text) -> text:
    t <- tally()
    for i in 1..N do
        t.add(vote(state))
    return t.leader
""",
    "flips": """\
def majority() -> bool:
    yes <- 0
    for i in 1..N do
        if flip(p) then yes <- yes + 1
    return yes > N/2
""",
    "difference": """\
def majority() -> bool:
    ahead <- 0
    for i in 1..N do
        if flip(p) then ahead <- ahead + 1 else ahead <- ahead - 1
    return ahead > 0
""",
    "bool": """\
def majority(state: text) -> bool:
    yes <- 0
    for i in 1..N do
        if judge(state) then
            yes <- yes + 1
    return 2*yes > N
""",
    "own": """\
def majority(state: text) -> text:
    first <- vote(state)
    other, same <- first, 1
    for i in 2..N do
        y <- vote(state)
        if y = first then same <- same + 1 else other <- y
    return first if 2*same > N else other
""",
}


@pytest.mark.parametrize("name", MAJORITY)
def test_majority(name: str) -> None:
    text = "assume N = 2*h + 1\n" + MAJORITY[name]
    found = derived(text, "majority").exact
    for p in P:
        for h in (1, 2, 3):
            n = 2 * h + 1
            assert value(found, p=p, N=n, h=h) == pytest.approx(tail(n, p, h + 1), abs=1e-12)


@pytest.mark.parametrize(("n", "published"), [(1, 0.6), (3, 0.648), (5, 0.6826), (7, 0.7102)])
@pytest.mark.parametrize("name", ["tally", "bool", "own"])
def test_published_numbers_of_majority(name: str, n: int, published: float) -> None:
    found = derived(MAJORITY[name], "majority", {"N": n, "p": Fraction(3, 5)}).exact
    assert value(found) == pytest.approx(published, abs=5e-5)


def test_an_even_number_of_votes_goes_by_who_was_first() -> None:
    """At N = 4 a tie goes to the earlier answer, which is right in half of the orders."""
    for p in P:
        found = derived(MAJORITY["tally"], "majority", {"N": 4, "p": p}).exact
        assert value(found) == pytest.approx(tail(4, p, 3) + float(3 * p**2 * (1 - p) ** 2), abs=1e-12)


FIRST = {
    "tally": """\
def first(state: text, k: int in 1..) -> text:
    t <- tally()
    repeat
        t.add(vote(state))
    until t.most >= k
    return t.leader
""",
    "flips": """\
def first(k: int in 1..) -> bool:
    a, b <- 0, 0
    while a < k and b < k do
        if flip(p) then a <- a + 1 else b <- b + 1
    return a >= k
""",
}


@pytest.mark.parametrize("name", FIRST)
def test_first_to_so_many(name: str) -> None:
    found = derived(FIRST[name], "first").exact
    for p in P:
        for k in (1, 2, 4):
            assert value(found, p=p, k=k) == pytest.approx(tail(2 * k - 1, p, k), abs=1e-12)


def test_steps_one_after_another() -> None:
    text = "def chain(x: text) -> text:\n    for i in 1..s do\n        x <- vote(x)\n    return x\n"
    assert str(derived(text, "chain").exact) == "p^s"
    text = "def chain(x: text) -> text:\n    return vote(other(vote(x)))\n"
    assert (
        derived(text, "chain").exact
        == derived(text.replace("other(vote(x))", "vote(other(x))"), "chain").exact
    )


# -- schemes that no paper names -------------------------------------------------------------------------------------


def no_answer(p: Fraction, v: Fraction, d: int) -> Step:
    def step(lead: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(lead, int)
        yield 1 - v, lead
        for share, move in ((v * p, 1), (v * (1 - p), -1)):
            yield share, True if lead + move == d else False if lead + move == -d else lead + move

    return step


def capped(p: Fraction, n: int, d: int) -> Step:
    def step(state: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(state, tuple)
        a, b, first = state
        for share, right in ((p, True), (1 - p, False)):
            x, y = (a + 1, b) if right else (a, b + 1)
            early = right if first is None else first
            if abs(x - y) >= d or x + y == n:
                yield share, x > y or (x == y and early)
            else:
                yield share, (x, y, early)

    return step


def fading(p: Fraction, start: int) -> Step:
    def step(state: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(state, tuple)
        lead, need, first = state
        for share, right in ((p, True), (1 - p, False)):
            here = lead + (1 if right else -1)
            early = right if first is None else first
            if abs(here) >= need - 1:
                yield share, here > 0 or (here == 0 and early)
            else:
                yield share, (here, need - 1, early)

    return step


def streak(p: Fraction, k: int) -> Step:
    def step(state: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(state, tuple)
        last, run = state
        for share, right in ((p, True), (1 - p, False)):
            length = run + 1 if right == last else 1
            yield share, right if length == k else (right, length)

    return step


def weighted(p: Fraction, top: int) -> Step:
    """A right vote counts 1, a wrong one too, but the weight doubles from round to round up to 4."""

    def step(state: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(state, tuple)
        lead, weight = state
        for share, sign in ((p, 1), (1 - p, -1)):
            here = lead + sign * weight
            yield share, here > 0 if abs(here) >= top else (here, min(2 * weight, 4))

    return step


SCHEMES: dict[str, tuple[str, Callable[[Fraction], tuple[State, Step]], dict[str, int]]] = {
    "a vote may bring no answer": (
        """\
llm try(x: text) -> bool true with probability v size w
def scheme(state: text, d: int in 1..) -> text:
    t <- tally()
    repeat
        if try(state) then
            t.add(vote(state))
    until t.lead >= d
    return t.leader
""",
        lambda p: (0, no_answer(p, Fraction(4, 5), 3)),
        {"d": 3},
    ),
    "a cap on votes, then majority": (
        """\
def scheme(state: text, d: int in 1..) -> text:
    t <- tally()
    for i in 1..N do
        t.add(vote(state))
        if t.lead >= d then
            return t.leader
    return t.leader
""",
        lambda p: ((0, 0, None), capped(p, 8, 3)),
        {"d": 3, "N": 8},
    ),
    "a lead that changes by round": (
        """\
def scheme(state: text) -> text:
    t <- tally()
    need <- 6
    repeat
        t.add(vote(state))
        need <- need - 1
    until t.lead >= need
    return t.leader
""",
        lambda p: ((0, 6, None), fading(p, 6)),
        {},
    ),
    "stop when it is certain": (
        """\
def scheme(state: text) -> text:
    t <- tally()
    for i in 1..9 do
        t.add(vote(state))
        if 2*t.most > 9 then
            return t.leader
    return t.leader
""",
        lambda p: ((0, 0, None), capped(p, 9, 99)),
        {},
    ),
    "so many alike in a row": (
        """\
def scheme(x: text) -> text:
    a <- vote(x)
    run <- 1
    repeat
        b <- vote(x)
        run <- run + 1 if b = a else 1
        a <- b
    until run >= 4
    return a
""",
        lambda p: ((None, 0), streak(p, 4)),
        {},
    ),
}


@pytest.mark.parametrize("name", SCHEMES)
def test_schemes_of_votes(name: str) -> None:
    text, chain, sizes = SCHEMES[name]
    for p in P:
        found = derived(text, "scheme", {**sizes, "p": p, "v": Fraction(4, 5)}).exact
        assert value(found) == pytest.approx(followed(*chain(p))[0], abs=1e-12)


def test_weights_that_grow() -> None:
    text = """\
def scheme() -> bool:
    lead, weight <- 0, 1
    repeat
        good <- flip(p)
        if good then lead <- lead + weight else lead <- lead - weight
        weight <- min(2*weight, 4)
    until abs(lead) >= 9
    return lead > 0
"""
    for p in P:
        found = derived(text, "scheme", {"p": p}).exact
        assert value(found) == pytest.approx(followed((0, 1), weighted(p, 9))[0], abs=1e-12)


PLAIN: dict[str, tuple[str, Callable[[Fraction, Fraction], Fraction]]] = {
    "a third vote where two differ": (
        """\
def scheme(x: text) -> text:
    a <- vote(x)
    b <- vote(x)
    if a = b then
        return a
    return vote(x)
""",
        lambda p, q: p * p + 2 * p * (1 - p) * p,
    ),
    "an arbiter where two differ": (
        """\
def scheme(x: text) -> text:
    a <- vote(x)
    b <- vote(x)
    if a != b then
        a <- other(x)
    return a
""",
        lambda p, q: p * p + 2 * p * (1 - p) * q,
    ),
    "again where the verifier says no, which does not look": (
        """\
def scheme(x: text) -> text:
    repeat
        y <- vote(x)
    until check(x, y)
    return y
""",
        lambda p, q: p,
    ),
    "a verifier that knows a little": (
        """\
def scheme() -> bool:
    repeat
        good <- flip(p)
        if good then accepted <- flip(9/10) else accepted <- flip(1/5)
    until accepted
    return good
""",
        lambda p, q: p * Fraction(9, 10) / (p * Fraction(9, 10) + (1 - p) / 5),
    ),
    "a verifier that knows a little, three tries": (
        """\
def scheme() -> bool:
    for i in 1..3 do
        good <- flip(p)
        if good then accepted <- flip(9/10) else accepted <- flip(1/5)
        if accepted then
            return good
    return good
""",
        lambda p, q: _three(p),
    ),
    "majority of majorities": (
        """\
def three(x: text) -> text:
    t <- tally()
    for i in 1..3 do
        t.add(vote(x))
    return t.leader
def scheme(x: text) -> text:
    t <- tally()
    for i in 1..3 do
        t.add(three(x))
    return t.leader
""",
        lambda p, q: (lambda u: 3 * u * u - 2 * u**3)(3 * p * p - 2 * p**3),
    ),
    "two weak ones must agree, else the strong one": (
        """\
def scheme(x: text) -> text:
    for i in 1..2 do
        a <- vote(x)
        b <- vote(x)
        if a = b then
            return a
    return other(x)
""",
        lambda p, q: p * p * (1 + 2 * p * (1 - p)) + (2 * p * (1 - p)) ** 2 * q,
    ),
    "a league of three steps, each checked once": (
        """\
def scheme(x: text) -> text:
    for i in 1..3 do
        y <- vote(x)
        if vote(x) != y then
            y <- vote(x)
        x <- y
    return x
""",
        lambda p, q: (p * p + 2 * p * (1 - p) * p) ** 3,
    ),
    "both must be right": (
        "def scheme(x: text) -> text:\n    return vote(x) ++ other(x)\n",
        lambda p, q: p * q,
    ),
    "one of two at random": (
        """\
def scheme(x: text) -> text:
    if flip(1/3) then
        return vote(x)
    return other(x)
""",
        lambda p, q: p / 3 + 2 * q / 3,
    ),
    "one vote right among bools decides nothing": (
        """\
def scheme(x: text) -> bool:
    a <- judge(x)
    b <- judge(x)
    c <- judge(x)
    return (a and b) or (b and c) or (a and c)
""",
        lambda p, q: 3 * p * p - 2 * p**3,
    ),
}


def _three(p: Fraction) -> Fraction:
    good, bad = Fraction(9, 10), Fraction(1, 5)
    leave = p * good + (1 - p) * bad
    return p * good * (1 + (1 - leave) + (1 - leave) ** 2) + (1 - leave) ** 2 * p * (1 - good)


@pytest.mark.parametrize("name", PLAIN)
def test_plain_schemes(name: str) -> None:
    text, formula = PLAIN[name]
    found = derived(text, "scheme").exact
    for p in P:
        for q in P:
            assert value(found, p=p, q=q) == pytest.approx(float(formula(p, q)), abs=1e-12)


def test_a_cascade_of_models() -> None:
    text = """\
prob a[i in 1..4], r[i in 1..4]
llm M[i in 1..4](x: text) -> text[1] size g[i] right with probability r[i]
llm sure(x: text) -> bool true with probability 2/3 size w
def cascade(x: text) -> text:
    for i in 1..4 do
        y <- M[i](x)
        if sure(y) then
            return y
    return y
"""
    numbers = {f"r[{i}]": Fraction(i, 10) for i in range(1, 5)}
    found = success(checked(HEAD + text), "cascade", numbers)
    stop = Fraction(2, 3)
    wanted = (
        sum(Fraction(i, 10) * stop * (1 - stop) ** (i - 1) for i in range(1, 5))
        + Fraction(4, 10) * (1 - stop) ** 4
    )
    assert found.exact == wanted


# -- events with a definition ----------------------------------------------------------------------------------------

COUNTED: dict[str, tuple[str, Callable[[Fraction], float], dict[str, int]]] = {
    "a lead that is told, not who has it": (
        """\
measure won(ahead: int) = ahead > 0
def f(d: int in 1..) -> int:
    ahead <- 0
    repeat
        if flip(p) then ahead <- ahead + 1 else ahead <- ahead - 1
    until abs(ahead) >= d
    return ahead
""",
        lambda p: ruin(p, 3)[0],
        {"d": 3},
    ),
    "how many of so many are right": (
        """\
measure enough(got: int) = got >= 5
def f(n: int in 5..) -> int:
    got <- 0
    for i in 1..n do
        if flip(p) then got <- got + 1
    return got
""",
        lambda p: tail(8, p, 5),
        {"n": 8},
    ),
    "what is kept is twice the number of right votes": (
        """\
measure most(pair: {yes: int, all: int}) = pair.yes > pair.all
def f(x: text) -> {yes: int, all: int}:
    yes <- 0
    for i in 1..7 do
        if flip(p) then yes <- yes + 2
    return {yes: yes, all: 7}
""",
        lambda p: tail(7, p, 4),
        {},
    ),
    "either of two ways to be fine": (
        """\
measure fine(n: int) = n = 0 or n >= 3
def f() -> int:
    n <- 0
    for i in 1..4 do
        if flip(p) then n <- n + 1
    return n
""",
        lambda p: float((1 - p) ** 4) + tail(4, p, 3),
        {},
    ),
}


@pytest.mark.parametrize("name", COUNTED)
def test_events_with_a_definition(name: str) -> None:
    """What a result is good for is said in the language; the loop before it is counted as if it had asked itself."""
    text, wanted, sizes = COUNTED[name]
    program = checked(HEAD + "assume p > 1/2\n" + text)
    (event,) = (oracle for oracle in program.oracles if program.oracles[oracle].measure)
    found = success(program, "f", event=event).exact
    for p in P:
        assert value(found, p=p, **sizes) == pytest.approx(wanted(p), abs=1e-12)
        followed_ = success(program, "f", {"p": p, **sizes}, event=event).exact
        assert value(followed_, p=p, **sizes) == pytest.approx(wanted(p), abs=1e-12)


# -- as strangers write them -----------------------------------------------------------------------------------------


def scored(outcomes: Iterable[tuple[Fraction, int]], draws: int) -> dict[int, Fraction]:
    """The distribution of a sum of independent draws."""
    found = {0: Fraction(1)}
    for _ in range(draws):
        after: dict[int, Fraction] = {}
        for total, chance in found.items():
            for share, points in outcomes:
                after[total + points] = after.get(total + points, Fraction(0)) + chance * share
        found = after
    return found


def three_rivals(k: int) -> Step:
    def step(state: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(state, tuple)
        for i, share in enumerate((Fraction(6, 10), Fraction(2, 10), Fraction(1, 10), Fraction(1, 10))):
            counts = tuple(n + (i == j) for j, n in enumerate(state))
            yield share, i == 0 if counts[i] == k else counts

    return step


STRANGE: dict[str, tuple[str, Callable[[Fraction, Fraction], float], dict[str, int]]] = {
    "three rivals, the first to have three": (
        """\
def scheme(k: int in 1..) -> bool:
    a, b, c, d <- 0, 0, 0, 0
    while a < k and b < k and c < k and d < k do
        x <- Uniform(1..10)
        if x <= 6 then
            a <- a + 1
        else
            if x <= 8 then
                b <- b + 1
            else
                if x <= 9 then c <- c + 1 else d <- d + 1
    return a >= k
""",
        lambda p, q: followed((0, 0, 0, 0), three_rivals(3))[0],
        {"k": 3},
    ),
    "weak voters and a strong one that counts twice": (
        """\
def scheme() -> bool:
    yes <- 0
    if flip(q) then yes <- yes + 2
    for i in 1..3 do
        if flip(p) then yes <- yes + 1
    return yes >= 3
""",
        lambda p, q: tail(3, p, 1) * float(q) + tail(3, p, 3) * float(1 - q),
        {},
    ),
    "a tie is broken by another model": (
        """\
def scheme(x: text) -> text:
    t <- tally()
    for i in 1..4 do
        t.add(vote(x))
    if t.lead >= 1 then
        return t.leader
    return other(x)
""",
        lambda p, q: tail(4, p, 3) + float(6 * p**2 * (1 - p) ** 2 * q),
        {},
    ),
    "a second, better panel where the first is not of one mind": (
        """\
def scheme(x: text) -> text:
    t <- tally()
    for i in 1..3 do
        t.add(vote(x))
    if t.lead >= 3 then
        return t.leader
    u <- tally()
    for i in 1..3 do
        u.add(other(x))
    return u.leader
""",
        lambda p, q: float(p**3) + float(1 - p**3 - (1 - p) ** 3) * tail(3, q, 2),
        {},
    ),
    "all of a round must agree, else a new round": (
        """\
def scheme(x: text, k: int in 1..) -> text:
    repeat
        first <- vote(x)
        same <- true
        for i in 2..k do
            if vote(x) != first then
                same <- false
    until same
    return first
""",
        lambda p, q: float(p**4 / (p**4 + (1 - p) ** 4)),
        {"k": 4},
    ),
    "more to accept than to reject": (
        """\
def scheme(a: int in 1.., b: int in 1..) -> bool:
    lead <- 0
    while lead < a and lead > -b do
        if flip(p) then lead <- lead + 1 else lead <- lead - 1
    return lead >= a
""",
        lambda p, q: float((1 - ((1 - p) / p) ** 2) / (1 - ((1 - p) / p) ** 5)),
        {"a": 3, "b": 2},
    ),
    "a verifier with false positives, and a cap": (
        """\
def scheme() -> bool:
    for i in 1..3 do
        good <- flip(p)
        if good then accepted <- flip(9/10) else accepted <- flip(1/5)
        if accepted then
            return good
    return good
""",
        lambda p, q: float(_three(p)),
        {},
    ),
    "points, with a penalty": (
        """\
def scheme() -> bool:
    points <- 0
    for i in 1..6 do
        if flip(p) then points <- points + 1 else points <- points - 2
    return points >= 0
""",
        lambda p, q: float(sum(c for t, c in scored(((p, 1), (1 - p, -2)), 6).items() if t >= 0)),
        {},
    ),
    "best of three, of best of three": (
        """\
def three(x: text) -> bool:
    n <- 0
    for i in 1..3 do
        if judge(x) then n <- n + 1
    return n >= 2
def scheme(x: text) -> bool:
    n <- 0
    for i in 1..3 do
        if three(x) then n <- n + 1
    return n >= 2
""",
        lambda p, q: tail(3, Fraction(tail(3, p, 2)), 2),
        {},
    ),
    "drawn at once": (
        """\
def scheme() -> bool:
    right <- Binomial(7, p)
    return 2*right > 7
""",
        lambda p, q: tail(7, p, 4),
        {},
    ),
    "kept in a list": (
        """\
def scheme(x: text) -> bool:
    votes <- parallel for i in 1..5 yield judge(x)
    return 2*(count i in 0..4 of votes[i]) > 5
""",
        lambda p, q: tail(5, p, 3),
        {},
    ),
    "replies that cannot be read are asked for again": (
        """\
def reply(x: text) -> text:
    repeat
        y <- vote(x)
    until flip(q)
    return y
def scheme(x: text, d: int in 1..) -> text:
    t <- tally()
    repeat
        t.add(reply(x))
    until t.lead >= d
    return t.leader
""",
        lambda p, q: ruin(p, 3)[0],
        {"d": 3},
    ),
}


@pytest.mark.parametrize("name", STRANGE)
def test_schemes_of_strangers(name: str) -> None:
    text, wanted, sizes = STRANGE[name]
    program = checked(HEAD + text)
    for p, q in zip(P, P[::-1], strict=True):
        found = success(program, "scheme", {"p": p, "q": q, **sizes})
        assert found.exact is not None, found.reason
        assert found.ends == 1
        assert value(found.exact) == pytest.approx(wanted(p, q), abs=1e-12)


def test_calls_where_replies_cannot_be_read() -> None:
    """MAKER, equation 19: divided by the probability of a reply that can be read."""
    text, _, _ = STRANGE["replies that cannot be read are asked for again"]
    found = expected_calls(checked(HEAD + "assume p > 1/2\n" + text), "scheme")
    for p in P:
        for q in P:
            assert value(found, p=p, q=q, d=3) == pytest.approx(ruin(p, 3)[1] / float(q), rel=1e-9)


# -- what is refused -------------------------------------------------------------------------------------------------

REFUSED = {
    "correlated questions": (
        "def f(x: text) -> text:\n    a <- vote(x)\n    b <- vote(a)\n    return a if a = b else b\n",
        "it is not known whether they are equal",
    ),
    "many rivals": (TALLY.replace("vote", "weak").replace("decide", "f"), "`rivals 1`"),
    "an answer that is never said to be right": (
        "llm ask(x: text) -> bool size w\ndef f(x: text) -> text:\n    return vote(x) if ask(x) else other(x)\n",
        "nobody knows whom",
    ),
    "a number": ("def f(x: text) -> int:\n    return 1 if judge(x) else 0\n", "number"),
    "an adversary": (
        "def f(x: text) -> text:\n    if * then\n        return vote(x)\n    return other(x)\n",
        "nobody knows whom",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_with_a_reason(name: str) -> None:
    text, why = REFUSED[name]
    found = success(checked(HEAD + text), "f")
    assert found.exact is None
    assert found.reason is not None
    assert why in found.reason.reason


def test_runs_that_do_not_end_do_not_count() -> None:
    text = """\
def f() -> bool:
    good <- flip(p)
    if flip(1/4) then
        repeat
            again <- flip(1/2)
        until again and not again
    return good
"""
    found = success(checked(HEAD + text), "f")
    assert found.ends is not None
    assert value(found.ends) == 0.75
    assert value(found.exact, p=Fraction(7, 10)) == pytest.approx(0.7)


BOOLS = """\
def ask(state: text, d: int in 1..) -> bool:
    ahead <- 0
    repeat
        if judge(state) then ahead <- ahead + 1 else ahead <- ahead - 1
    until abs(ahead) >= d
    return ahead > 0
"""


def test_a_lead_of_truths() -> None:
    """The result is right where it is what it is when every call is right, whichever answer that is."""
    found = derived("assume p > 1/2\n" + BOOLS, "ask").exact
    for p in P:
        assert value(found, p=p, d=3) == pytest.approx(ruin(p, 3)[0], abs=1e-12)


MORE_REFUSED = {
    "a hypothesis on rounds": FLIPS.replace("decide", "f").replace(
        "abs(ahead) >= d", "abs(ahead) >= d at most 9 times"
    ),
    "a record of a truth and a text": "def f(x: text) -> {a: text, b: bool}:\n    return {a: vote(x), b: judge(x)}\n",
    "an answer that may be missing": 'llm find(x: text) -> text[1]? size w right with probability p\ndef f(x: text) -> text:\n    y <- find(x) else ""\n    return y\n',
}


@pytest.mark.parametrize("name", MORE_REFUSED)
def test_more_that_is_refused(name: str) -> None:
    found = success(checked(HEAD + MORE_REFUSED[name]), "f")
    assert found.exact is None
    assert found.reason is not None


PARALLEL = """\
def decide(state: text, d: int in 1..) -> text:
    t <- tally()
    repeat
        answers <- parallel for i in 1..d yield vote(state)
        for y in answers do
            t.add(y)
    until t.lead >= d
    return t.leader
"""


@pytest.mark.parametrize("d", [1, 2])
def test_votes_side_by_side(d: int) -> None:
    """d votes at once until the lead is d."""
    p = Fraction(7, 10)

    def step(lead: State) -> Iterable[tuple[Fraction, State]]:
        assert isinstance(lead, int)
        for k in range(d + 1):
            here = lead + 2 * k - d
            yield comb(d, k) * p**k * (1 - p) ** (d - k), here > 0 if abs(here) >= d else here

    right, rounds = followed(0, step)
    found = derived(PARALLEL, "decide", {"d": d, "p": p}).exact
    assert value(found) == pytest.approx(right, abs=1e-12)
    calls = expected_calls(checked(HEAD + PARALLEL), "decide", {"d": d, "p": p})
    assert value(calls) == pytest.approx(d * rounds, rel=1e-9)


CUP = """\
def cup(x: text, n: int) -> text:
    if n = 1 then
        return vote(x)
    a <- cup(x, n/2)
    b <- cup(x, n - n/2)
    if a = b then
        return a
    return vote(x)
"""


@pytest.mark.parametrize("n", [2, 3, 4])
def test_a_knockout(n: int) -> None:
    """Halves play against each other; where their winners differ, one vote more decides."""
    p = Fraction(7, 10)

    def won(k: int) -> Fraction:
        if k == 1:
            return p
        a, b = won(k // 2), won(k - k // 2)
        return a * b + (a * (1 - b) + b * (1 - a)) * p

    assert derived(CUP, "cup", {"n": n, "p": p}).exact == won(n)


def test_subtasks() -> None:
    """MAKER, equation 13: as many decisions as there are subtasks."""
    text = (
        TALLY
        + """\
def task(state: text, d: int in 1..) -> text:
    for i in 1..s/m do
        state <- decide(state, d)
    return state
"""
    )
    found = derived("assume p > 1/2\n" + text, "task").exact
    p = Fraction(9, 10)
    assert value(found, p=p, d=2, s=12, m=3) == pytest.approx(ruin(p, 2)[0] ** 4)
