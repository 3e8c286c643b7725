"""Draws diagnostics: as pictures for people at a terminal, as one line each for everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aalpl.report.diagnostic import Diagnostic, Label, Severity
from aalpl.report.ink import Ink, visible, wide

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}


def lines(diagnostics: Iterable[Diagnostic]) -> str:
    """One line each: `file:line:col: code: text`, the form that editors and scripts read."""
    return "".join(_line(d) for d in diagnostics)


def pictures(diagnostics: Sequence[Diagnostic], ink: Ink) -> str:
    """The source line with a caret under the mistake, other places and the hint; at most one screen in all."""
    drawn: list[str] = []
    left = ink.height - 2
    for i, diagnostic in enumerate(diagnostics):
        text = picture(diagnostic, ink)
        left -= text.count("\n") + 1
        if left < 0 and drawn:
            drawn.append(_rest(len(diagnostics) - i))
            break
        drawn.append(text)
    return ink.spell("\n".join(drawn))


def picture(diagnostic: Diagnostic, ink: Ink) -> str:
    """One diagnostic drawn over several lines."""
    colour = _COLOURS[diagnostic.severity]
    span = diagnostic.label.span
    labels = (diagnostic.label, *diagnostic.others)
    margin = max(len(str(label.span.line)) for label in labels if label.span.source is span.source)
    rows = [
        f"{ink.paint(diagnostic.severity.value, colour)}: {ink.paint(visible(diagnostic.title), 'bold')}"
        f" {ink.paint(f'[{diagnostic.code}]', 'dim')}",
        f"{' ' * margin} {ink.paint('┌─', 'blue')} {span.source.name}:{span.line}:{span.column}",
        *_place(diagnostic.label, margin, "^", colour, ink),
    ]
    for other in diagnostic.others:
        if other.span.source is not span.source:
            rows.append(f"{' ' * margin} {ink.paint('┌─', 'blue')} {other.span!r}")
        rows.extend(_place(other, margin, "-", "blue", ink))
    if diagnostic.hint:
        rows.append(f"{' ' * margin} {ink.paint('= hint:', 'cyan')} {visible(diagnostic.hint)}")
    return "\n".join(rows) + "\n"


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or nothing when there is nothing to tell."""
    found = [d.severity for d in diagnostics]
    counts = [(found.count(kind), kind.value) for kind in Severity]
    return ", ".join(f"{n} {word}{'s' if n > 1 else ''}" for n, word in counts if n)


def failing(diagnostics: Iterable[Diagnostic], *, strict: bool = False) -> bool:
    """Whether these fail a command: errors do, warnings when strict, hints never."""
    kinds = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(d.severity in kinds for d in diagnostics)


def _line(diagnostic: Diagnostic) -> str:
    weight = "" if diagnostic.severity is Severity.ERROR else f"{diagnostic.severity.value}: "
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    text = visible(f"{weight}{diagnostic.title}{hint}".replace("\n", " "))
    return f"{diagnostic.label.span!r}: {diagnostic.code}: {text}\n"


def _place(label: Label, margin: int, mark: str, colour: str, ink: Ink) -> list[str]:
    """The line a label stands on, and under it the marks with the label's words."""
    span = label.span
    whole = span.source.line(span.line)
    first = span.column - 1
    last = min(first + max(1, span.end - span.start), max(len(whole), first + 1))
    before, marked, after = visible(whole[:first]), visible(whole[first:last]), visible(whole[last:])
    before, marked, after = _clip(before, marked, after, ink.width - margin - 3)
    bar = ink.paint("│", "blue")
    number = ink.paint(str(span.line).rjust(margin), "blue")
    carets = ink.paint(mark * max(1, wide(marked)), colour)
    words = f" {ink.paint(visible(label.text), colour)}" if label.text else ""
    shown = f"{before}{marked}{after}".rstrip()
    return [
        f"{number} {bar} {shown}".rstrip(),
        f"{' ' * margin} {bar} {' ' * wide(before)}{carets}{words}",
    ]


def _clip(before: str, marked: str, after: str, room: int) -> tuple[str, str, str]:
    """The three parts of a line cut so that the marked part is seen in `room` columns."""
    if wide(before + marked + after) <= room:
        return before, marked, after
    if wide(marked) > room - 8:
        marked = marked[: max(8, room - 8)]
        after = "…"
    keep = max(0, room - wide(marked) - 8)
    if wide(before) > keep:
        before = "…" + before[len(before) - keep :] if keep else "…"
    left = max(0, room - wide(before + marked) - 1)
    return before, marked, after if wide(after) <= left else after[:left] + "…"


def _rest(count: int) -> str:
    return f"… and {count} more; mend these first, or see all of them with `--format json`\n"
