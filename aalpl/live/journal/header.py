"""What a run was: everything that its questions depend on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from aalpl.live.binding import Binding
from aalpl.live.journal.content import digest
from aalpl.live.journal.manner import REPLAYED
from aalpl.program import nodes as p
from aalpl.program.excerpt import Pieces
from aalpl.run.prepare import Options

Answerers = Mapping[str, str]
"""Who answers, in words: by the name of the primitive, else of its model, else `*`."""


@attrs.frozen
class Header:
    """Digests of program and inputs (by name), sizes and settings as text, who answers."""

    program: str
    function: str
    inputs: Mapping[str, str]
    sizes: Mapping[str, str]
    settings: Mapping[str, str]
    answerers: Answerers

    def dumped(self) -> str:
        """As text; equal headers have equal texts."""
        return json.dumps(attrs.asdict(self), sort_keys=True)

    @classmethod
    def loaded(cls, text: str) -> Header:
        """What `dumped` wrote; raises ValueError where it is something else."""
        try:
            return cls(**json.loads(text))
        except TypeError:
            raise ValueError(text) from None

    def differences(self, now: Header) -> Iterator[str]:
        """What is different `now`, in words."""
        if self.function != now.function:
            yield f"it ran `{self.function}`, this is `{now.function}`"
        elif self.program != now.program:
            yield "the program was edited"
        for name in sorted({*self.inputs, *now.inputs}):
            if self.inputs.get(name) != now.inputs.get(name):
                yield f"the input `{name}` is another"
        pairs = [(self.sizes, now.sizes), (self.settings, now.settings), (self.answerers, now.answerers)]
        for then, here in pairs:
            for name in sorted({*then, *here}):
                one, other = then.get(name, "not given"), here.get(name, "not given")
                if one != other != REPLAYED:
                    yield f"`{name}` was {one}, is {other}"


def header(
    program: p.Program,
    function: str,
    inputs: Mapping[str, Any] | None,
    at: Mapping[str, Any] | None,
    options: Options,
    answerers: Answerers,
) -> Header:
    """The header of a run with these; lines, comments and functions that it does not use are not part of it."""
    settings = {"seed": str(options.seed), "adversary": options.adversary, "lengths": options.lengths}
    settings |= {f"host {name}": "allowed" for name in options.allow_host}
    source = program.functions[function].span.source
    return Header(
        Pieces(program, source).excerpt([function]).key,
        function,
        {name: _told(value) for name, value in (inputs or {}).items()},
        {name: str(value) for name, value in (at or {}).items()},
        settings,
        dict(answerers),
    )


def words(binding: Binding) -> str:
    """Who answers: the backend, its name for the model, and what goes into every request. Where that is, may change."""
    parts = [f"{binding.backend}", *([binding.model] if binding.model else [])]
    return "/".join(parts) + (f" with {_told(dict(binding.more))}" if binding.more else "")


def _told(value: Any) -> str:
    return digest(json.dumps(value, default=str, sort_keys=True)).hex()
