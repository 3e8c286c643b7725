"""How a journal is used: when models are asked, what is kept, what may be reused."""

from __future__ import annotations

import attrs

NEVER, ONCE, NEW, ALWAYS = "none", "once", "new_episodes", "all"
MODES = (NEVER, ONCE, NEW, ALWAYS)
"""When models are asked: never; where the file has no run yet; where it has no answer; always."""

FULL, HASH, NONE = "full", "hash", "none"
CONTENTS = (FULL, HASH, NONE)
"""What is kept: prompts and replies; replies; neither."""

REPLAYED = "replay"
"""Stands for whoever answered."""


@attrs.frozen
class Manner:
    """`record` is one of MODES, `reuse` whether an edited program may take what is unchanged, `content` one of CONTENTS."""

    record: str = NEW
    reuse: bool = False
    content: str = FULL
