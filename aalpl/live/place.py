"""Where in a run something is asked: a name that depends on the program and its values, never on time.

A place is a path. Its steps are calls of functions (`sort.2`: the second call of `sort` in this activation) and
branches of parallel loops (`parallel#1.1[4]`: the first parallel loop of the function, reached for the first time, its
branch 4). A request has a step of its own below that: `less#2.7` is the second call of `less` in the text of the
function, reached for the seventh time in this activation. Lines are left out, so that an edit elsewhere moves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aalpl.run.sites import AskSite, ChooseSite, ConsultSite, ParallelSite, SampleSite, Site


class Place:
    """One activation of a function, or one branch; it counts what was reached below it."""

    __slots__ = ("_counts", "_key", "_name", "_parent")

    def __init__(self, parent: Place | None, name: str) -> None:
        self._parent = parent
        self._name = name
        self._counts: dict[str, int] = {}
        self._key: str | None = None

    def next(self, name: str) -> str:
        """The step for what is reached now: `name` and how often it was reached in this activation."""
        count = self._counts.get(name, 0) + 1
        self._counts[name] = count
        return f"{name}.{count}"

    def below(self, name: str) -> Place:
        """The activation that begins here now."""
        return Place(self, self.next(name))

    def key(self) -> str:
        """The whole path."""
        if self._key is None:
            steps, place = [], self
            while place._key is None and place._parent is not None:
                steps.append(place._name)
                place = place._parent
            start = place._name if place._key is None else place._key
            self._key = "/".join([start, *reversed(steps)])
        return self._key


def labels(sites: Sequence[Site]) -> Mapping[int, str]:
    """What each site is called in a path: what it asks, and the how-manieth of its kind in its function."""
    counts: dict[tuple[str, str], int] = {}
    found = {}
    for site in sites:
        kind = _kind(site)
        number = counts[site.function, kind] = counts.get((site.function, kind), 0) + 1
        found[site.number] = f"{kind}#{number}"
    return found


def _kind(site: Site) -> str:
    match site:
        case AskSite():
            return site.primitive.name
        case ConsultSite():
            return site.oracle.name
        case SampleSite():
            return site.law
        case ChooseSite():
            return "any"
        case ParallelSite():
            return "parallel"
