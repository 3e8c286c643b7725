"""Diagnostics as people, editors and machines see them."""

import json
import re

from support.schema import problems

from aalpl.report import Diagnostic, Label, Severity, Source, Span
from aalpl.report.draw import failing, lines, picture, pictures, summary
from aalpl.report.ink import Ink
from aalpl.report.machine import as_json, as_sarif

SOURCE = Source("debug.aalp", "llm fix(bug: text, seen: text) -> text\n\ndef f(x: text):\n    y <- fix(x)\n")


def place(words: str, text: str = "", source: Source = SOURCE) -> Label:
    start = source.text.index(words)
    return Label(Span(source, start, start + len(words)), text)


MISTAKE = Diagnostic(
    "wrong-arguments",
    "`fix` is given 1 argument, but takes 2",
    place("fix(x)", "1 argument here"),
    (place("fix(bug: text, seen: text)", "2 parameters here"),),
    "give `seen` as well",
)


def test_a_picture_has_the_line_the_caret_the_other_place_and_the_hint() -> None:
    assert picture(MISTAKE, Ink()) == (
        "error: `fix` is given 1 argument, but takes 2 [wrong-arguments]\n"
        "  ┌─ debug.aalp:4:10\n"
        "4 │     y <- fix(x)\n"
        "  │          ^^^^^^ 1 argument here\n"
        "1 │ llm fix(bug: text, seen: text) -> text\n"
        "  │     -------------------------- 2 parameters here\n"
        "  = hint: give `seen` as well\n"
    )


def test_a_line_is_what_editors_read() -> None:
    assert lines([MISTAKE]) == (
        "debug.aalp:4:10: wrong-arguments: `fix` is given 1 argument, but takes 2 (give `seen` as well)\n"
    )


def test_ascii_pictures_hold_no_other_letter() -> None:
    assert pictures([MISTAKE], Ink(unicode=False)).isascii()


def test_colour_changes_no_word() -> None:
    coloured = pictures([MISTAKE], Ink(colour=True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == pictures([MISTAKE], Ink())


def test_many_mistakes_take_one_screen_and_say_how_many_are_left() -> None:
    drawn = pictures([MISTAKE] * 50, Ink(height=24))
    assert drawn.count("\n") <= 24
    assert "… and 48 more" in drawn


def test_the_first_mistake_is_shown_on_the_smallest_screen() -> None:
    assert "wrong-arguments" in pictures([MISTAKE] * 3, Ink(height=1))


def test_a_caret_stands_under_wide_letters_and_after_tabs() -> None:
    source = Source("w.aalp", "\t文字 <- oops\n")
    drawn = picture(Diagnostic("x", "t", place("oops", source=source)), Ink()).splitlines()
    assert drawn[2] == "1 │     文字 <- oops"
    assert drawn[3] == "  │ " + " " * 12 + "^^^^"


def test_a_long_line_is_cut_around_the_mistake() -> None:
    source = Source("w.aalp", "a" * 5000 + " oops " + "b" * 5000)
    drawn = picture(Diagnostic("x", "t", place("oops", source=source)), Ink(width=80)).splitlines()
    assert "oops" in drawn[2]
    assert all(len(row) <= 80 for row in drawn)
    assert drawn[2].index("oops") == drawn[3].index("^^^^")


def test_a_span_over_several_lines_is_marked_on_its_first() -> None:
    span = Span(SOURCE, SOURCE.text.index("def"), len(SOURCE.text))
    drawn = picture(Diagnostic("x", "t", Label(span)), Ink()).splitlines()
    assert drawn[2:] == ["3 │ def f(x: text):", "  │ ^^^^^^^^^^^^^^^"]


def test_the_end_of_a_text_can_be_pointed_at() -> None:
    span = Span(SOURCE, len(SOURCE.text), len(SOURCE.text))
    assert picture(Diagnostic("x", "unfinished", Label(span)), Ink()).splitlines()[3].endswith("│ ^")


def test_control_characters_do_not_reach_the_terminal() -> None:
    source = Source("b.aalp", "x \x1b[31m\x00 y")
    drawn = picture(Diagnostic("x", "t \x1b", place("y", source=source)), Ink())
    assert "\x1b" not in drawn
    assert "\x00" not in drawn


def test_json_follows_the_published_schema() -> None:
    document = json.loads(as_json([MISTAKE]))
    assert problems(document, "diagnostics.v1.json") == []
    assert document["diagnostics"][0]["place"] == {
        "file": "debug.aalp", "line": 4, "column": 10, "end_line": 4, "end_column": 16, "label": "1 argument here",
    }  # fmt: skip


def test_sarif_names_rule_level_and_region() -> None:
    log = json.loads(as_sarif([MISTAKE], version="1"))
    result = log["runs"][0]["results"][0]
    assert (log["version"], result["ruleId"], result["level"]) == ("2.1.0", "wrong-arguments", "error")
    assert result["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 4, "startColumn": 10, "endLine": 4, "endColumn": 16,
    }  # fmt: skip


def test_warnings_fail_only_when_strict_and_hints_never() -> None:
    warning = Diagnostic("x", "t", place("def"), severity=Severity.WARNING)
    hint = Diagnostic("x", "t", place("def"), severity=Severity.HINT)
    assert failing([MISTAKE])
    assert not failing([warning, hint])
    assert failing([warning], strict=True)
    assert not failing([hint], strict=True)
    assert summary([MISTAKE, warning, MISTAKE]) == "2 errors, 1 warning"
