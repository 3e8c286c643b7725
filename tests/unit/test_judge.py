"""What is said of a case that does not hold, and what `--accept` would write."""

from __future__ import annotations

from aalpl.cases.document import cases, rewritten
from aalpl.cases.judge import KINDS, corrected

PROGRAM = """\
# calls

```aalp
size n
llm a(x: text) -> text[1]  size m

def f(xs: list[n] of text[2]):
    for x in xs do
        a(x)
```
"""


def judged(*blocks: str) -> tuple[str, str]:
    """The report on the program followed by these blocks, and the accepted document."""
    text = PROGRAM + "\n" + "\n".join(blocks)
    (case,) = cases(text, KINDS)
    found = corrected(case, "doc.md")
    return (found.report, rewritten(text, found.blocks)) if found else ("", text)


def block(kind: str, *lines: str) -> str:
    return "\n".join([f"```{kind}", *lines, "```", ""])


def test_what_holds_is_not_talked_about() -> None:
    report, _ = judged(
        block("cost f", "# a comment stays", "calls = n", "", "tokens in = n + n", "cost <= m*n*2"),
        block("run f at n=7", "calls = 7", "tokens in >= 14"),
        block("trace f at n=2", "6 a 2 -> 1", "6 a 2 -> 1"),
    )
    assert report == ""


def test_a_wrong_formula_is_replaced_by_the_derived_one_and_others_stay() -> None:
    report, accepted = judged(block("cost f", "# a comment stays", "calls = n + 1", "tokens in = n + n"))
    assert "-calls = n + 1" in report
    assert "+calls = n" in report
    assert "# a comment stays\ncalls = n\ntokens in = n + n\n" in accepted


def test_a_loose_bound_is_no_bound() -> None:
    assert "+calls <= n" in judged(block("cost f", "calls <= n + 1"))[0]
    assert judged(block("cost f", "calls <= n^2"))[0] == ""  # touched at n = 1


def test_a_wrong_measurement_is_replaced() -> None:
    assert "calls = 7\n" in judged(block("run f at n=7", "calls = 8"))[1]


def test_an_unannounced_diagnostic_is_told_and_cannot_be_accepted_away() -> None:
    text = PROGRAM.replace("a(x)", "b(x)")
    (case,) = cases(text, KINDS)
    found = corrected(case, "doc.md")
    assert found is not None
    assert "doc.md:6:9: unknown-name" in found.report
    assert found.blocks == {}


def test_errors_may_be_given_by_code_or_in_full() -> None:
    text = PROGRAM.replace("a(x)", "b(x)")
    (short,) = cases(text + "\n" + block("error", "unknown-name"), KINDS)
    assert corrected(short, "doc.md") is None
    (other,) = cases(text + "\n" + block("error", "wrong-type"), KINDS)
    found = corrected(other, "doc.md")
    assert found is not None
    (full,) = cases(text + "\n" + block("error", *found.blocks.popitem()[1].splitlines()), KINDS)
    assert corrected(full, "doc.md") is None
