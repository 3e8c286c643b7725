"""Texts to trees: what is written is what stands in the tree, whatever the text."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from aalpl import assets
from aalpl.report import Source
from aalpl.tree import decode, parse, parse_expression, unfinished
from aalpl.tree import nodes as t
from aalpl.tree.generate import TARGET, generate

ROOT = Path(__file__).resolve().parents[3]
SHARED = sorted((ROOT / "tests/cases/shared").glob("*.aalp"))


WORDS = (
    'def llm ( ) [ ] { } x 1 2.5 "s" """ " if then else for in .. do <- = + - * : , claim cost (f) size n -> text '
    "where ~ with probability # ? | one of while repeat until any pop count yield parallel not ^ ."
)


def tree(text: str) -> t.File:
    file, problems = parse(Source("test", text))
    assert file is not None, problems
    return file


def expression(text: str) -> t.Expr:
    found, problems = parse_expression(Source("test", text))
    assert found is not None, problems
    return found


def codes(text: str) -> list[str]:
    return [problem.code for problem in parse(Source("test", text))[1]]


def test_the_tables_belong_to_the_grammar() -> None:
    assert json.loads(TARGET.read_text(encoding="utf-8")) == json.loads(generate(assets.grammar()))


@pytest.mark.parametrize("path", SHARED, ids=lambda p: p.stem)
def test_the_shared_programs_parse(path: Path) -> None:
    assert tree(path.read_text(encoding="utf-8")).items


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "((a - b) - c)"),
        ("-x^2", "-(x^2)"),
        ("2^-x", "2^(-x)"),
        ("a^b^c", "a^(b^c)"),
        ("not a = b and c or d", "((not (a = b)) and c) or d"),
        ("a ++ b = c", "(a ++ b) = c"),
        ("a else b else c", "a else (b else c)"),
        ("a if b else c if d else e", "a if b else (c if d else e)"),
        ("x<-1", "x < (-1)"),
        ("f(x)[i].g(y)", "((f(x))[i]).g(y)"),
        ("i in 0..k-1", "i in 0..(k-1)"),
        ("count i in 1..k of a and b", "count i in 1..k of (a and b)"),
        ("x ≤ y·z − 1", "x <= (y*z) - 1"),
        ("i ∈ {0, …, k−1}", "i in 0..k-1"),
        ("i in {0..3}", "i in 0..3"),
    ],
)
def test_what_binds_tighter(short: str, long: str) -> None:
    """Parentheses that say what is so anyway leave no trace but in sums and products, which are flat."""
    assert flat(expression(short)) == flat(expression(long))


def flat(node: t.Expr) -> t.Expr:
    """`(a - b) - c` as `a - b - c`."""
    if isinstance(node, t.Sum) and isinstance(node.first, t.Sum):
        return t.Sum(node.first.first, node.first.rest + node.rest, span=node.span)
    return node


def test_chains_are_flat() -> None:
    found = expression("a + b - c + d")
    assert isinstance(found, t.Sum)
    assert [term.operator for term in found.rest] == ["+", "-", "+"]
    compared = expression("1 <= k < n")
    assert isinstance(compared, t.Compare)
    assert [part.operator for part in compared.rest] == ["<=", "<"]


def test_numbers_are_exact() -> None:
    assert expression("0.1") == t.Real(Fraction(1, 10), span=expression("0").span)
    found = expression("9" * 9000)
    assert isinstance(found, t.Int)
    assert found.value == 10**9000 - 1
    assert expression("1.5e3") == t.Real(Fraction(1500), span=found.span)
    assert expression("25e-3") == t.Real(Fraction(1, 40), span=found.span)
    long = expression("0." + "3" * 9000)
    assert isinstance(long, t.Real)
    assert 3 * long.value + Fraction(1, 10**9000) == 1


def test_words_are_keywords_only_where_the_grammar_expects_them() -> None:
    file = tree(
        "def f(text: text[n], size: int, on: int, at: int, by: int, input: int, model: int, of: int, list: int):\n"
        "    size <- text\n"
        "    model, input <- by, at\n"
        "    output <- list + of\n"
        "    for in' in on..at by by do\n"
        "        hear <- any + pop + count\n"
        "        prompt.size[0] <- with\n"
    )
    function = file.items[0]
    assert isinstance(function, t.Def)
    assert [p.name.id for p in function.parameters][:2] == ["text", "size"]
    assert [type(s).__name__ for s in function.body.statements] == ["Assign", "Assign", "Assign", "For"]


def test_names_may_end_in_primes() -> None:
    assert expression("x'' + y'")


def test_one_line_if_owns_the_else() -> None:
    file = tree("if a then x <- b else x <- c\n")
    match file.items[0]:
        case t.If(_, t.Block((t.Assign(_, (t.Name("b"),)),)), t.Block((t.Assign(),))):
            return
    raise AssertionError(file)


def test_an_arrow_in_a_condition_is_two_signs() -> None:
    assert tree("if x<-1 then y<-1 else z.a<-x'<-1\n") == tree("if x < -1 then y <- 1 else z.a <- x' < -1\n")


def test_where_takes_all_facts() -> None:
    file = tree(
        "y <- M(x) where len(result) = k, f(result) ~ Binomial(k, 1/2), g(result) with probability p\n"
    )
    match file.items[0]:
        case t.Assign(_, (t.Where(t.Call(), (t.Holds(), t.Law(), t.Likely())),)):
            return
    raise AssertionError(file)


def test_claim_words_are_quantities_only_in_claims() -> None:
    file = tree("claim expected span tokens in(f) by P >= 2*calls(g)\nx <- cost(f) + P(y) + O(z)\n")
    match file.items[0]:
        case t.Claim(
            t.Quantity("expected", True, "tokens in", t.Name("f"), t.Name("P"), None, None), ">=", _
        ):
            pass
        case other:
            raise AssertionError(other)
    match file.items[1]:
        case t.Assign(_, (t.Sum(t.Call(), (t.Term("+", t.Call()), t.Term("+", t.Call()))),)):
            return
    raise AssertionError(file.items[1])


def test_spans_are_the_characters_written() -> None:
    text = "size n\nassume n = (1 + 2)*n\n"
    assume = tree(text).items[1]
    assert isinstance(assume, t.Assume)
    assert assume.span.text == "assume n = (1 + 2)*n"
    assert assume.conditions[0].span.text == "n = (1 + 2)*n"


def test_comments_are_kept_beside() -> None:
    file = tree("# first\nsize n  # tokens\n")
    assert [(c.line, c.column, c.text, c.own_line) for c in file.comments] == [
        (1, 1, "# first", True),
        (2, 9, "# tokens", False),
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "   ", "# nothing", '"""only this"""', "\r\n\r\n"])
def test_a_file_may_hold_nothing(text: str) -> None:
    assert tree(text).items == ()


def test_line_ends_of_other_systems_say_the_same() -> None:
    assert tree("def f(x: int):\r\n    skip\r\n\r\n# end\r\n") == tree("def f(x: int):\n    skip\n")


def test_parsing_needs_no_parser_generator() -> None:
    code = "import sys; from aalpl.tree import parse; sys.exit('lark' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_size_is_no_matter() -> None:
    long = tree("x <- " + "+".join(["a"] * 20_000) + "\n").items[0]
    assert isinstance(long, t.Assign)
    assert isinstance(long.values[0], t.Sum)
    assert len(long.values[0].rest) == 19_999
    assert tree("x <- " + "(" * 5000 + "a" + ")" * 5000 + "\n") == tree("x <- a\n")


@pytest.mark.parametrize(
    "text",
    [
        "x <- " + "f(" * 5000 + ")" * 5000,
        "x <- " + "[" * 5000 + "]" * 5000,
        "x <- " + "-" * 5000 + "1",
        "x <- " + "not " * 5000 + "a",
        "x <- a" + "[0]" * 5000,
        "x <- " + "^".join(["a"] * 5000),
        "x <- " + " else ".join(["a"] * 5000),
        "input x: int" + "?" * 5000,
        "".join(" " * i + "if a then\n" for i in range(500)) + " " * 500 + "skip\n",
    ],
    ids=lambda text: text[:12],
)
def test_depth_has_a_limit(text: str) -> None:
    assert codes(text) == ["nesting-too-deep"]


def test_unclosed_nesting_is_one_mistake() -> None:
    assert codes("x <- " + "(" * 5000 + "1") == ["unclosed-bracket"]


def test_any_bytes_are_a_tree_or_mistakes() -> None:
    rnd = random.Random(7)
    for _ in range(200):
        file, problems = parse(Source("garbage", decode(rnd.randbytes(rnd.randrange(120)))))
        assert (file is None) == bool(problems)


def test_any_tokens_are_a_tree_or_mistakes() -> None:
    rnd = random.Random(8)
    words = [*WORDS.split(" "), "\n", "\n\t", "\n    ", "\n        ", "sum(i in 1..2: ", "at most"]
    for _ in range(400):
        text = "".join(rnd.choice(words) + rnd.choice(["", " "]) for _ in range(rnd.randrange(1, 40)))
        file, problems = parse(Source("noise", text))
        assert (file is None) == bool(problems)
        unfinished(Source("noise", text))


@pytest.mark.parametrize(
    "text", ["def f():", "f(1,", "if a then", '"""abc', "repeat\n  skip\n", "def f():\n  x <- (1"]
)
def test_unfinished_input(text: str) -> None:
    assert unfinished(Source("repl", text))


@pytest.mark.parametrize("text", ["", "x <- 1", "x <- ", "x <- )", "def f(): return 1", 'x <- "a'])
def test_finished_input(text: str) -> None:
    assert not unfinished(Source("repl", text))


def test_mistakes_in_different_items_are_all_told() -> None:
    text = "def f(n: int):\n    return n +\n\n\nsize n\n\ndef g(n: int):\n    m = n\n"
    assert codes(text) == ["missing-operand", "assignment-arrow"]
