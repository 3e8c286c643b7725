"""What is out of proportion is unknown, with a reason, and soon; what plays no part does no harm."""

from __future__ import annotations

from aalpl.check import load
from aalpl.cost import analyse
from aalpl.cost.growth.assumed import scale
from aalpl.cost.result import Quantity
from aalpl.cost.words.summary import summarise
from aalpl.program.size import sym
from aalpl.report import Source


def test_deep_nesting_with_returns_has_no_exact_form_but_bounds() -> None:
    depth = 9
    loops = "".join(f"{'    ' * (i + 1)}for i{i} in 1..2 do\n" for i in range(depth))
    inner = "    " * (depth + 1)
    body = f"{inner}y <- M(x)\n{inner}if * then\n{inner}    return\n"
    text = f"size n\nllm M(x: text) -> text[1] size m\ndef f(x: text[n]):\n{loops}{body}"
    program, _ = load(Source("deep.aalp", text))
    assert program is not None
    answer = analyse(program, "f").answer(Quantity("calls"))
    assert answer.exact is None
    assert answer.lower == 1  # the first round may return
    assert answer.upper == 2**depth  # or none does


def test_a_flag_that_a_cost_does_not_depend_on_keeps_its_class() -> None:
    text = "size n\nllm M(x: text) -> text[1] size m\ndef f(x: text[n], d: int in 0..1):\n    y <- M(x)\n    d <- d + 1\n"
    program, _ = load(Source("flag.aalp", text))
    assert program is not None
    summary = summarise(program, analyse(program, "f"))
    assert summary.grown is not None
    assert summary.grown.theta == sym("m") * sym("n")
    assert scale(program, program.functions["f"]).rows
