"""A model from a GGUF file, in this process (the extra `local`): answers are held to their contract while they are made.

`model` of the binding is the path of the file. Of `more`, `threads` and `gpu-layers` are for the engine; the rest goes
into every request: `temperature`, `seed`, `top_p`. `concurrency` is how many answers are made at a time, `window` how
many tokens each of them may read and write.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter
from typing import Any

import attrs

from aalpl.backends.failures import Failed, clean, garbled
from aalpl.backends.openai import usage
from aalpl.live.binding import Binding
from aalpl.live.contract import cap, messages
from aalpl.live.contract.chances import TOP, chances, labels
from aalpl.live.contract.grammar import grammar
from aalpl.live.reply import Reply
from aalpl.live.stops import Unanswered
from aalpl.run.backend import Question

WINDOW = 4096
"""Tokens of a window where nobody says."""

ENGINE = ("threads", "gpu-layers")
MAGIC = b"GGUF"


def make(binding: Binding, key: str | None) -> Local:
    """A backend for one file; raises `Unanswered` where there is none, or nothing to read it with."""
    if binding.model is None:
        raise Unanswered("no-model-file", "a local model needs a file", 'write `model = "path/to/file.gguf"`')
    path = Path(binding.model).expanduser()
    try:
        with path.open("rb") as file:
            begins = file.read(len(MAGIC))
    except OSError as error:
        raise Unanswered(
            "no-model-file", f"the model {path} cannot be read", f"the system said: {error.strerror}"
        ) from None
    if begins != MAGIC:
        raise Unanswered(
            "no-model-file", f"{path} is no GGUF file", "give the path of a model in the GGUF format"
        )
    return Local(binding, path, _library())


def _library() -> Any:
    try:
        import xllamacpp
    except ImportError:
        hint = "install it with `pip install 'aalpl[local]'`"
        raise Unanswered("no-backend", "local models need the package xllamacpp", hint) from None
    return xllamacpp


@attrs.define
class Local:
    """One model; loaded when it is first asked."""

    binding: Binding
    path: Path
    library: Any
    _pool: ThreadPoolExecutor | None = None
    _loading: asyncio.Future[Any] | None = None

    async def answer(self, question: Question) -> Reply:
        """The answer; raises `Unanswered`."""
        server = await self._loaded()
        start = perf_counter()
        found = await self._in_thread(server.handle_chat_completions, self.body(question))
        return self.read(found, question, perf_counter() - start)

    async def aclose(self) -> None:
        """Ends its threads and lets the model go."""
        pool, self._pool, self._loading = self._pool, None, None
        if pool is not None:
            pool.shutdown()

    def body(self, question: Question) -> dict[str, Any]:
        """What the engine is asked."""
        body: dict[str, Any] = {"messages": messages(question)}
        most, rules = cap(question, self.binding), grammar(question)
        if most is not None:
            body["max_tokens"] = most
        if rules is not None:
            body["grammar"] = rules
        if labels(question):
            body |= {"logprobs": True, "top_logprobs": TOP}
        return body | {name: value for name, value in self.binding.more.items() if name not in ENGINE}

    def read(self, found: Any, question: Question, seconds: float) -> Reply:
        """A reply as the engine gave it."""
        match found:
            case {"choices": [{"message": {"content": str(said)}, **choice}, *_]}:
                finish = str(choice.get("finish_reason") or "stop")
                likely = chances(labels(question), _top(choice))
                return Reply(said, usage(found.get("usage")), finish, self.path.stem, likely, seconds)
            case {"error": {"message": str(said)}}:
                hint = f"the engine said: {clean(said)}"
                raise Failed("refused-call", f"the model {self.path.name} did not answer", hint, said=said)
            case _:
                raise garbled(self.path.name, "a reply without a message")

    async def _loaded(self) -> Any:
        if self._loading is None:
            self._pool = ThreadPoolExecutor(self.binding.concurrency or 1, thread_name_prefix="local")
            self._loading = asyncio.ensure_future(self._in_thread(self._load))
        return await asyncio.shield(self._loading)

    def _load(self) -> Any:
        at_once = self.binding.concurrency or 1
        params = self.library.CommonParams()
        params.model.path = str(self.path)
        params.n_parallel = at_once
        params.n_ctx = (self.binding.window or WINDOW) * at_once
        params.verbosity = -1
        if (threads := self.binding.more.get("threads")) is not None:
            params.cpuparams.n_threads = threads
        if (layers := self.binding.more.get("gpu-layers")) is not None:
            params.n_gpu_layers = layers
        try:
            return self.library.Server(params)
        except RuntimeError as error:
            hint = f"the engine said: {clean(str(error))}"
            raise Unanswered("no-model-file", f"the model {self.path} cannot be loaded", hint) from None

    async def _in_thread(self, function: Any, *args: Any) -> Any:
        assert self._pool is not None
        called = asyncio.get_running_loop().run_in_executor(self._pool, function, *args)
        try:
            return await asyncio.shield(called)
        except asyncio.CancelledError:
            if not called.cancel():  # an answer that has begun cannot be broken off: it is waited for
                await asyncio.wait([called])
            raise


def _top(choice: Mapping[Any, Any]) -> list[tuple[str, float]]:
    """The likeliest first tokens."""
    match choice.get("logprobs"):
        case {"content": [{"top_logprobs": list(top)}, *_]}:
            return [(each["token"], each["logprob"]) for each in top]
        case _:
            return []
