"""A request as a person reads it, for stepping through a program."""

from __future__ import annotations

import attrs

from aalpl.report.source import Span
from aalpl.run import texts
from aalpl.run.drive import Request
from aalpl.run.prepare import Prepared
from aalpl.run.sites import AskSite, ChooseSite, ConsultSite, ParallelSite, SampleSite, Site
from aalpl.run.values import text_of


@attrs.frozen
class Asked:
    """What a program waits for: a `call`, an `oracle`'s answer, a `draw`, a `choice`, or `branches`."""

    kind: str
    name: str
    args: tuple[str, ...]
    place: str
    span: Span


def asked(prepared: Prepared, request: Request) -> Asked:
    """What this request asks, its arguments spelled out."""
    site: Site = prepared.linked.lowered.sites[request[0] - 1]
    match site:
        case AskSite():
            params = site.primitive.params
            said = request[2]
            first = [texts.spelled(said[0])] if len(said) > len(params) else []
            rest = [text_of(x, q.type) for x, q in zip(said[len(first) :], params, strict=True)]
            return Asked("call", site.primitive.name, (*first, *rest), site.place, site.span)
        case ConsultSite():
            pairs = zip(request[1], site.oracle.params, strict=True)
            args = tuple(text_of(x, q.type) for x, q in pairs)
            return Asked("oracle", site.oracle.name, args, site.place, site.span)
        case SampleSite():
            return Asked("draw", site.law, tuple(map(str, request[1])), site.place, site.span)
        case ChooseSite():
            bounds = tuple(map(str, request[1] or ()))
            return Asked("choice", "any", bounds, site.place, site.span)
        case ParallelSite():
            return Asked("branches", "parallel", (f"{request[1]}..{request[2]}",), site.place, site.span)
