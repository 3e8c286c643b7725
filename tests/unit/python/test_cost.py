"""What a program costs, from Python: exact values, compiled functions, sympy, classes."""

from __future__ import annotations

import inspect
import math
import random
import subprocess
import sys
import timeit
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from aalpl import Failed, Formula, Program, load
from aalpl.program.size import Size, apply, big, const, floor, given, indexed, power, sym
from aalpl.python.formula import Context

ROOT = Path(__file__).resolve().parents[3]

TEXT = """
size n, k
prob p = 1/4
model m size w
llm judge(x: text) -> bool true with probability p on m
llm shorten(x: text) -> text[k] on m

def rounds(x: text[n]) -> text:
    for i in 1..n do
        if judge(x) then
            x <- shorten(x)
    return x

def wide(x: text[n]):
    parallel for i in 1..n do
        judge(x)

def endless(x: text[n]):
    while judge(x) do
        shorten(x)

def open(x: text[n]):
    while * do
        judge(x)
"""


@pytest.fixture(scope="module")
def program() -> Program:
    return load(TEXT)


def test_bounds_are_counted_by_hand(program: Program) -> None:
    calls = program.cost("rounds", "calls")
    assert calls.at(n=10) == 20
    assert calls.lower is not None
    assert calls.lower.at(n=10) == 10
    assert calls.expected_low == calls.expected_high
    assert calls.expected_low is not None
    assert calls.expected_low.at(n=10) == Fraction(25, 2)
    assert calls.expected_low.at(n=10, p=0.1) == 11
    assert isinstance(calls.at(n=10), int)


def test_spans_primitives_models_and_other_costs(program: Program) -> None:
    assert program.cost("wide", "calls").at(n=9) == 9
    assert program.cost("wide", "span calls").at(n=9) == 1
    assert program.cost("rounds", "calls", of="judge").at(n=9) == 9
    assert program.cost("rounds", "calls", of="m").at(n=9) == 18
    assert program.cost("wide", under="2*P + 3*O").at(n=9) == 9 * (2 * 9 + 3)
    assert program.cost("wide", under="tokens").at(n=9) == 9 * (9 + 1)


def test_classes_are_told(program: Program) -> None:
    assert str(program.cost("wide").classes) == "Θ(w*n²)"
    assert program.cost("wide", "span tokens in").classes.theta == "n"
    assert program.cost("wide", "calls").classes.best == "n"
    assert program.cost("open").classes.theta == "w*n*T@23"
    assert [condition.name for condition in program.cost("open").conditions] == ["T@23"]


def test_what_is_unknown_raises_with_its_reason(program: Program) -> None:
    cost = program.cost("endless", "calls")
    if cost.upper is not None:
        assert cost.conditions  # given in the number of rounds
        with pytest.raises(TypeError, match="has no value"):
            cost.at(n=3)
    assert cost.expected_high is not None
    assert cost.expected_high.at() == 1 + 2 * Fraction(1, 3)
    with pytest.raises(KeyError):
        program.cost("rounds", "sheep")
    with pytest.raises(KeyError):
        program.cost("none")
    with pytest.raises(KeyError):
        program.cost("rounds", "calls", of="none")
    with pytest.raises(Failed):
        program.cost("rounds", under="P +")


def test_values_that_are_missing_or_mean_nothing(program: Program) -> None:
    cost = program.cost("rounds", "tokens in")
    with pytest.raises(TypeError, match="`n`, `k` have no value"):
        cost.at()
    with pytest.raises(TypeError, match="`sheep` is no size"):
        cost.at(n=1, k=1, sheep=2)
    assert program.cost("rounds", "calls").at(n=2, k=7, w=1) == 4  # sizes that the formula has not


# -- compiled ------------------------------------------------------------------------------------------------------

PROGRAMS = [
    path
    for folder in ("examples/paper", "examples/literature", "stdlib")
    for path in sorted((ROOT / folder).glob("*.aalp"))
]


@pytest.mark.parametrize("path", PROGRAMS[::4], ids=lambda path: path.stem)
def test_compiled_formulas_of_programs_agree_with_exact_ones(path: Path) -> None:
    program = load(path)
    count = 0
    for name in program.functions[:4]:
        for quantity in ("calls", "tokens in", "cost"):
            cost = program.cost(name, quantity)
            for formula in (cost.upper, cost.lower, cost.expected_high, cost.reached):
                if formula is not None:
                    count += _agrees(formula, random.Random(str(formula)))
    assert count or not program.functions


def _agrees(formula: Formula, chance: random.Random) -> int:
    function = formula.compile()
    given = formula._context.values({})  # their parameters are last
    count = 0
    for _ in range(12):
        at = {name: _number(name, formula, chance) for name in formula.symbols}
        try:
            wanted = formula.at(at)
        except (ZeroDivisionError, ValueError, TypeError):
            continue
        found = function(*(at[name] for name in sorted(at, key=lambda name: name in given)))
        assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9), (str(formula), at)
        count += 1
    return count


def _number(name: str, formula: Formula, chance: random.Random) -> Any:
    declared = formula._context.program.sizes.get(name)
    if declared is not None and declared.kind == "prob":
        return Fraction(chance.randint(1, 9), 10)
    return chance.choice([1, 2, 3, 4, 8, 16, 27, chance.randint(1, 200)])


def made(program: Program, size: Size) -> Formula:
    context: Context = program.cost("wide")._context
    return Formula(size, context)


N, K = sym("n"), sym("k")
LOG = floor(apply("log", N) / apply("log", const(3)))


@pytest.mark.parametrize(
    "size",
    [
        floor(N / 49) * K,
        floor((N + 2 * K) / 7) + floor(N / K),
        LOG,
        floor(apply("log", N) * 3),
        given(N - 3 * K) * N / K,
        given(N / K - 3) * 5,
        apply("max", N - K, const(0)) * apply("log", apply("max", N - K, const(1))),
        apply("max", N - K, const(0)) * apply("pow", N - K, const(-1)),
        big("sum", "i", 1, N, sym("i") * floor(sym("i") / 3)),
        big("sum", "i", 0, floor(N / 2), big("max", "j", 1, K, sym("j") * sym("i"))),
        big("prod", "i", 1, apply("min", K, const(9)), sym("i") + N),
        power(const(2), N) / power(const(2), K),
        apply("binomial", N, K),
        apply("mod", N, K) + apply("abs", K - N),
        N**30,
        (N - 1) * (N - 2) * (N - 3) / 6,
    ],
    ids=str,
)
def test_compiled_formulas_agree_with_exact_ones_everywhere(program: Program, size: Size) -> None:
    formula = made(program, size)
    function = formula.compile("n", "k")
    for n in [*range(1, 30), 49, 81, 98, 243, 729]:
        for k in (1, 2, 3, 7, 10):
            wanted = formula.at(n=n, k=k)
            assert math.isclose(function(n, k), wanted, rel_tol=1e-9), (n, k)
            assert isinstance(function(n, k), float)


def test_families_are_lists_functions_or_one_number(program: Program) -> None:
    formula = made(program, big("sum", "i", 0, N - 1, indexed("u", sym("i"))))
    assert formula.at(n=3, u=[1, 2, 3]) == 6
    assert formula.at(n=3, u=lambda i: i) == 3
    assert formula.at(n=3, u=5) == 15
    function = formula.compile()
    assert [function(3, [1, 2, 3]), function(n=3, u=lambda i: i), function(3, 5)] == [6.0, 3.0, 15.0]


def test_names_that_python_does_not_take(program: Program) -> None:
    names = ["x'", "T@9", "lambda", "len(x)", "__v0", "float", "log"]
    size = sum((sym(name) * 10**i for i, name in enumerate(names)), const(0)) + apply("log", N)
    function = made(program, size).compile("n", *names)
    assert function(1, *range(1, 8)) == 7654321.0
    assert all(param.isidentifier() for param in inspect.signature(function).parameters)


def test_what_declarations_give_need_not_be_given(program: Program) -> None:
    expected = program.cost("rounds", "calls").expected_high
    assert expected is not None
    function = expected.compile()
    assert function(100) == 125.0
    assert function(100, p=0.5) == 150.0


def test_what_is_too_large_is_infinite(program: Program) -> None:
    assert made(program, power(const(2), N)).compile()(5000) == math.inf
    assert made(program, -power(const(2), N)).compile()(5000) == -math.inf
    assert made(program, power(const(2), N) / power(const(2), K)).compile()(5000, 4998) == 4.0


def test_missing_places_are_refused(program: Program) -> None:
    with pytest.raises(TypeError, match="`k` is in the formula"):
        made(program, N * K).compile("n")


def test_compiled_is_many_times_as_fast_as_exact() -> None:
    cost = load(ROOT / "examples/paper/debugging.aalp").cost("focused")
    function, at = cost.compile(), {"k": 40, "l": 120, "b": 3, "m_q": 1, "m_d": 8, "o_find_bug": 1}
    assert function(**at) == cost.at(at)
    fast = min(timeit.repeat(lambda: function(**at), number=200, repeat=5))
    slow = min(timeit.repeat(lambda: cost.at(at), number=200, repeat=5))
    assert slow > 10 * fast


# -- sympy ---------------------------------------------------------------------------------------------------------


def test_sympy_has_the_same_values(program: Program) -> None:
    expression = program.cost("rounds", "tokens in").sympy()
    at = {
        symbol: value
        for symbol in expression.free_symbols
        for name, value in (("n", 6), ("k", 5))
        if symbol.name == name
    }
    assert expression.subs(at) == program.cost("rounds", "tokens in").at(n=6, k=5)


def test_sympy_is_loaded_only_when_asked_for() -> None:
    code = (
        "import sys, aalpl\n"
        "p = aalpl.load('size n\\nllm a(x: text[n]) -> text[2] size m\\n\\ndef f(x: text[n]):\\n    a(x)\\n')\n"
        "p.bind(a=lambda x: 'a.').run('f', 'one'); assert 'aalpl.cost.engine' not in sys.modules\n"
        "c = p.cost('f'); c.at(n=3, m=1); c.compile()(3, 1); p.bind(a=lambda x: 'a.').run('f', 'one')\n"
        "assert 'sympy' not in sys.modules and 'aiohttp' not in sys.modules\n"
        "c.sympy(); assert 'sympy' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_importing_the_package_loads_no_stage() -> None:
    code = "import sys, aalpl; assert not [m for m in sys.modules if m.startswith('aalpl.')]"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_a_formula_reads_as_programs_write_it(program: Program) -> None:
    formula = program.cost("wide").upper
    assert formula is not None
    assert str(formula) == "w*n^2"
    assert formula._repr_latex_() == "$w \\, n^{2}$"
    assert formula.symbols == ("n", "w")
