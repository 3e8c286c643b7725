"""Parallel loops: the body becomes a function of the index; what the branches did is put together afterwards."""

from __future__ import annotations

from collections.abc import Callable

from aalpl.program import nodes as p
from aalpl.run.lower.expressions import expression, is_text
from aalpl.run.lower.purity import assigned, statements
from aalpl.run.lower.scope import Scope
from aalpl.run.sites import ParallelSite

Block = Callable[[p.Block, Scope, dict[int, str]], None]


def parallel(st: p.Parallel, s: Scope, wishes: dict[int, str], block: Block) -> None:
    """`parallel for`: `branch(i)` returns its value, its contributions, and its copies of the transcripts."""
    site = ParallelSite(len(s.tables.sites), st.place, s.function.name, st.span)
    s.tables.sites.append(site)
    branch, results = f"branch{site.number}", s.temporary()
    bounds = f"{expression(st.low, s)}, {expression(st.high, s)}"
    workers = "None" if st.workers is None else expression(st.workers, s)
    _branch(st, s, wishes, block, branch)
    s.writer.line(f"{results} = yield ({site.number}, {bounds}, {workers}, {branch})")
    if st.target is not None:
        s.writer.line(f"{s.variable(st.target)} = list_of([found[0] for found in {results}])")
    _join(st, s, results)


def contribute(st: p.Contribute, s: Scope) -> None:
    """Remembers an assignment to an outer variable until the branches join."""
    high = "None" if st.high is None else expression(st.high, s)
    values = f"{st.variable!r}, {expression(st.low, s)}, {high}, {expression(st.new, s)}"
    s.writer.line(f"contributed.append(({values}))")


def _branch(st: p.Parallel, s: Scope, wishes: dict[int, str], block: Block, name: str) -> None:
    index = s.variable(st.index)
    copies = [s.variable(v) for v in _copied(st, s)]
    s.copied |= set(copies)
    before, s.outside = s.outside, s.outside | assigned(st.body)
    own = ", ".join([index, *(f"{v}={v}" for v in copies)])
    with s.writer.block(f"def {name}({own}):"):
        s.writer.line("#nonlocal")
        s.writer.line("if False: yield")
        contributes = any(isinstance(x, p.Contribute) for x in statements(st.body))
        if contributes:
            s.writer.line("contributed = []")
        outer, s.loops = s.loops, (*s.loops, index)
        block(st.body, s, wishes)
        value = "None" if st.value is None else expression(st.value, s)
        s.loops = outer
        grown = "".join(s.variable(v) + ", " for v in st.appended)
        s.writer.line(f"return ({value}, {'contributed' if contributes else '()'}, ({grown}))")
    s.outside = before


def _copied(st: p.Parallel, s: Scope) -> list[str]:
    """Variables of outside that a branch binds anew: it works on copies."""
    inside = assigned(st.body) | set(st.appended)
    return sorted(v for v in inside if v in s.outside or v in st.appended)


def _join(st: p.Parallel, s: Scope, results: str) -> None:
    """Contributions in index order, then what each branch added to the transcripts."""
    targets = {x.variable: x for x in statements(st.body) if isinstance(x, p.Contribute)}
    if targets:
        with (
            s.writer.block(f"for found in {results}:"),
            s.writer.block("for which, low, high, new in found[1]:"),
        ):
            for name, node in sorted(targets.items()):
                variable = s.variable(name)
                if node.high is None:
                    change = f"list_put({variable}, low, new)"
                else:
                    kind = "splice" if is_text(node.new.type) else "list_splice"
                    change = f"{kind}({variable}, low, high, new)"
                s.writer.line(f"if which == {name!r}: {variable} = {s.tables.marks.at(node.span, change)}")
    for i, name in enumerate(st.appended):
        variable, fork = s.variable(name), s.temporary()
        s.writer.line(f"{fork} = {variable}[0]")
        with s.writer.block(f"for found in {results}:"):
            s.writer.line(f"{variable} = join({variable}, cut(found[2][{i}], {fork}, found[2][{i}][0]))")
