"""What the checker proves never breaks in a run; what it refutes does break at the witness it names."""

from __future__ import annotations

import operator
import os
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aalpl import check
from aalpl.check.obligations import discharge
from aalpl.program.nodes import Program
from aalpl.report import Diagnosed, Diagnostic, Source
from aalpl.run import execute

BROKEN = {
    "slice-out-of-range",
    "index-out-of-range",
    "splice-length",
    "argument-contract",
    "result-contract",
    "requires-broken",
}
HEAD = """size n, k
assume {assume}
use chunks
llm M(x: text) -> text size m
llm yes() -> bool size m
def head(z: text[n], d: int in 0..n) -> text[d]:
    return z[0:d]
def rest(z: text[n]) -> text requires n >= 1:
    if yes() then return z
    return z[1:n]
def halves(z: text[n]) -> list[2] of text[<= n]:
    return [z[0 : n/2], z[n/2 : n]]
"""


def _ints(names: list[str]) -> st.SearchStrategy[str]:
    leaf = st.one_of(st.integers(0, 3).map(str), st.sampled_from(names))
    return st.one_of(
        leaf,
        st.tuples(leaf, st.sampled_from(["+", "-", "*"]), leaf).map(" ".join),
        st.tuples(leaf, st.sampled_from(["/ 2", "mod n", "mod k"])).map(" ".join),
        st.tuples(st.sampled_from(["min", "max"]), leaf, leaf).map(lambda t: f"{t[0]}({t[1]}, {t[2]})"),
    )


@st.composite
def _block(draw: st.DrawFn, names: list[str], depth: int, indent: str) -> list[str]:
    lines: list[str] = []
    names = list(names)
    for _ in range(draw(st.integers(1, 3))):
        kinds = ["let", "cut", "put", "push", "pop", "index", "drop", "call", "rest", "halves", "chunks"]
        kinds += ["yields", "writes", "element", "sum"]
        kinds += ["for", "if", "flip", "while"] if depth else []
        kind = draw(st.sampled_from(kinds))
        a, b = draw(_ints(names)), draw(_ints(names))
        match kind:
            case "let":
                lines.append(f"{indent}v <- {a}")
            case "cut":
                lines.append(f"{indent}y <- x[{a} : {b}]")
            case "put":
                lines.append(f"{indent}x[{a} : {b}] <- M(x[{a} : {b}]) where len(result) = ({b}) - ({a})")
            case "push":
                lines.append(f"{indent}r <- r ++ [x[0:1]]")
            case "pop":
                lines.append(f"{indent}if r then y <- pop r")
            case "index":
                lines.append(f"{indent}y <- r[{a}]")
            case "drop":
                lines.append(f"{indent}x <- x[{draw(st.sampled_from(['0', '1', 'v']))} : len(x)]")
            case "call":
                lines.append(f"{indent}y <- head(x, {a})")
            case "rest":
                lines.append(f"{indent}x <- rest(x)")
            case "halves":
                lines.append(f"{indent}y <- halves(x)[{a}]")
            case "chunks":
                lines.append(f"{indent}for part in chunks(x, 2) do y <- part[0 : {b}]")
            case "yields":
                lines.append(f"{indent}r <- parallel for q in 0..{a} yield x[0:q]")
            case "writes":
                lines.append(f"{indent}parallel for q in 0..{a} do x[q : q+1] <- M(x) where len(result) = 1")
            case "element":
                lines.append(f"{indent}parallel for q in 0..{a} do r[q] <- x[0:q]")
            case "sum":
                lines.append(f"{indent}v <- sum(q in 0..{a}: len(r[q]))")
            case "for":
                name = f"i{depth}"
                lines.append(f"{indent}for {name} in {a}..{b} do")
                lines += draw(_block([*names, name], depth - 1, indent + "    "))
            case "if":
                test = draw(st.sampled_from([f"{a} < {b}", f"{a} = {b}", f"v <= {b}", "len(x) > 1"]))
                lines.append(f"{indent}if {test} then")
                lines += draw(_block(names, depth - 1, indent + "    "))
            case "flip":
                lines.append(f"{indent}if yes() then")
                lines += draw(_block(names, depth - 1, indent + "    "))
                lines.append(f"{indent}else")
                lines += draw(_block(names, depth - 1, indent + "    "))
            case _:
                lines.append(f"{indent}while v < {b} do")
                lines += draw(_block(names, depth - 1, indent + "    "))
                lines.append(f"{indent}    v <- v + 1")
    return lines


@st.composite
def programs(draw: st.DrawFn) -> str:
    assume = draw(st.sampled_from(["k >= 1", "k <= n", "n = 2*k", "n >= 2"]))
    body = draw(_block(["n", "k", "v", "len(x)", "len(r)"], 2, "    "))
    head = f"def f(x: text[n], r: list[k] of text[n], v: int in 0..k) -> {draw(_result())}:"
    return HEAD.format(assume=assume) + "\n".join([head, *body, "    return x"]) + "\n"


def _result() -> st.SearchStrategy[str]:
    return st.sampled_from(["text", "text[n]", "text[<= n]"])


def _checked(text: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Program | None, list[Diagnostic]]:
    """The program, refuted or not, and its refutations."""
    refuted: list[Diagnostic] = []

    def without_errors(program: Program, *more: Any) -> tuple[Any, list[Diagnostic]]:
        obligations, found = discharge(program, *more)
        refuted.extend(found)
        return obligations, []

    monkeypatch.setattr(check, "discharge", without_errors)
    program, _ = check.load(Source("p.aalp", text))
    return program, refuted


@settings(
    max_examples=int(os.environ.get("AALPL_EXAMPLES", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=programs())
def test_verdicts_agree_with_runs(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program, refuted = _checked(text, monkeypatch)
    if program is None:
        return
    unsure = {o.span.line for o in program.obligations if o.status != "proved"}
    unsure |= {d.label.span.line for d in refuted}
    doubted = {o.kind for o in program.obligations if o.status != "proved"} & {"constraint", "requires"}
    if doubted or any(d.code in ("argument-contract", "requires-broken") for d in refuted):
        unsure |= {p.span.line for f in program.functions.values() for p in (*f.params, *f.requires)}
    for at in ({"n": 1, "k": 1}, {"n": 2, "k": 1}, {"n": 4, "k": 2}, {"n": 3, "k": 3}):
        for v in range(at["k"] + 1):
            for seed in range(3):
                for found in _faults(program, {**at, "v": v}, seed):
                    assert found.label.span.line in unsure, (text, at, v, found.title)
    for diagnostic in refuted:
        at = {
            name: int(value)
            for name, value in re.findall(r"(\w+) = (\d+)", diagnostic.title.split(" at ")[-1])
        }
        at = {"n": 1, "k": 1, **{name: value for name, value in at.items() if name in "nkv"}}
        if all(relation.operator != "=" for relation in program.assumptions) and at.get("n", 0) < 20:
            tries = [
                f for v in _range(at) for seed in range(6) for f in _faults(program, {**at, "v": v}, seed)
            ]
            assert tries, (text, at, diagnostic.title)


_HOLDS = {"=": operator.eq, "<=": operator.le, ">=": operator.ge}


def _range(at: dict[str, int]) -> list[int]:
    return [at["v"]] if "v" in at else list(range(at["k"] + 1))


def _faults(program: Program, at: dict[str, int], seed: int) -> list[Diagnostic]:
    if not all(_HOLDS[r.operator](r.left.value(at), r.right.value(at)) for r in program.assumptions):
        return []
    try:
        run = execute(program, "f", at={"m": 1, **at}, seed=seed, patience=300)
    except Diagnosed:
        return []
    return [d for d in run.diagnostics if d.code in BROKEN]
