"""Answers and their derivations as documents: plain text, Markdown, LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aalpl.cost.result import Answer, Step
from aalpl.cost.words.arrange import phrase
from aalpl.cost.words.derivation import Section, derivation, formula
from aalpl.cost.words.spell import latex, pretty
from aalpl.cost.words.summary import Names, Summary
from aalpl.cost.words.table import growth_text, relations, wrapped
from aalpl.program.size import Size
from aalpl.report.ink import Ink
from aalpl.report.table import Table
from aalpl.report.table import markdown as table_markdown


def explained(summary: Summary, ink: Ink) -> str:
    """The derivation step by step, as text: line, what is done, formula; what is in common, then each quantity."""
    heading = f"{ink.paint(f'how {summary.function} was derived', 'bold')}\n"
    return heading + steps_of(derivation(summary), summary, ink)


def steps_of(sections: Sequence[Section], summary: Summary, ink: Ink) -> str:
    """Sections, each under its title."""
    width = max((len(str(step.line)) for section in sections for step in section.steps), default=1)
    lines: list[str] = []
    for section in sections:
        lines += [f"  {ink.paint(section.title, 'bold')}\n"] if section.title else []
        lines += [_told(step, summary, width, ink) for step in section.steps]
    return "".join(lines)


def _told(step: Step, summary: Summary, width: int, ink: Ink) -> str:
    where = f"line {step.line:>{width}}" if step.line else " " * (5 + width)
    told = f"  {ink.paint(where, 'dim')}  {step.text}\n"
    shown = pretty(formula(step, summary))
    return told + (wrapped(f"  {' ' * (5 + width)}    {shown}", 13 + width, ink) if shown else "")


def markdown(summaries: Sequence[Summary]) -> str:
    """A section for each function."""
    return "\n".join(_section(summary) for summary in summaries)


def _section(summary: Summary) -> str:
    names = summary.names
    rows = [(label, kind, f"`{value}`") for label, a in summary.shown for kind, value in relations(a, names)]
    totals = Table(("quantity", "case", "value"), tuple(rows))
    parts = [
        f"## {summary.function}\n",
        f"Cost: {growth_text(summary.grown, names)}\n",
        table_markdown(totals),
    ]
    parts += [table_markdown(_lines(summary))] if summary.lines else []
    parts += [_items("It rests on:", (h.text for h in summary.analysis.hypotheses))]
    parts += [_items("Conditional:", (f"`{c.name}` is {c.words}; {c.hint}" for c in summary.conditions))]
    for section in derivation(summary):
        title = f"Derivation of {section.title}:" if section.title else "Derivation:"
        parts += [_items(title, (_step(step, summary) for step in section.steps))]
    return "\n".join(part for part in parts if part)


def _lines(summary: Summary) -> Table:
    rows = tuple(
        (str(line.part.line), f"`{line.part.primitive}`", growth_text(line.grown, summary.names), line.why)
        for line in summary.lines
    )
    return Table(("line", "primitive", "cost", ""), rows, frozenset({0}))


def _items(title: str, items: Iterable[str]) -> str:
    found = list(items)
    return f"{title}\n\n" + "".join(f"- {item}\n" for item in found) if found else ""


def _step(step: Step, summary: Summary) -> str:
    shown = formula(step, summary)
    told = f"line {step.line}, {step.text}" if step.line else step.text
    return f"{told}: `{shown}`" if shown else told


# -- LaTeX -----------------------------------------------------------------------------------------------------------


def latex_document(summaries: Sequence[Summary]) -> str:
    """An `align*` for each function, to be pasted into a paper."""
    return "\n".join(_aligned(summary) for summary in summaries)


def _aligned(summary: Summary) -> str:
    rows: list[str] = []
    for label, answer in summary.shown:
        name = rf"\mathrm{{{label.replace(' ', chr(92) + ' ')}}}({_text(summary.function)})"
        rows += [rf"  {name} &{sign} {_math(size, summary.names)}" for sign, size in _signed(answer)]
    if summary.grown is not None and summary.grown.theta is not None:
        rows.append(rf"  &= \Theta\left({_math(summary.grown.theta, summary.names)}\right)")
    body = " \\\\\n".join(rows)
    aligned = f"% {summary.function}\n\\begin{{align*}}\n{body}\n\\end{{align*}}\n"
    return aligned + "".join(_enumerated(section, summary) for section in derivation(summary))


def _enumerated(section: Section, summary: Summary) -> str:
    """The steps, numbered."""
    title = f"% derivation of {section.title}\n" if section.title else "% derivation\n"
    items = "".join(f"  \\item {_item(step, summary)}\n" for step in section.steps)
    return f"{title}\\begin{{enumerate}}\n{items}\\end{{enumerate}}\n"


def _item(step: Step, summary: Summary) -> str:
    where = f"line {step.line}, " if step.line else ""
    told = where + _prose(step.text)
    if step.relation is not None:
        left, sign, right = (
            part if isinstance(part, str) else _math(part, summary.names) for part in step.relation
        )
        return f"{told}: $\\displaystyle {left} {_SIGNS[sign]} {right}$"
    return f"{told}: {_typed(step.formula)}" if step.formula else told


_SIGNS = {"=": "=", "<=": r"\le", ">=": r"\ge"}
_SPECIAL = str.maketrans(
    {
        **{c: f"\\{c}" for c in "&%$#_{}"},
        **{"~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}"},
        **{"<": r"\textless{}", ">": r"\textgreater{}"},
    }
)


def _prose(text: str) -> str:
    """Words with code in them."""
    pieces = text.split("`")
    return "".join(_typed(piece) if i % 2 else piece.translate(_SPECIAL) for i, piece in enumerate(pieces))


def _typed(text: str) -> str:
    return rf"\texttt{{{text.translate(_SPECIAL)}}}"


def _signed(answer: Answer) -> Iterable[tuple[str, Size]]:
    if answer.upper is not None and answer.upper == answer.lower:
        yield "=", answer.upper
        return
    if answer.exact is not None:
        yield "=", answer.exact
    if answer.upper is not None:
        yield r"\le", answer.upper
    if answer.lower is not None:
        yield r"\ge", answer.lower


def _math(size: Size, names: Names) -> str:
    return latex(phrase(size, names.weights))


def _text(name: str) -> str:
    return rf"\mathit{{{name.replace('_', chr(92) + '_')}}}"
