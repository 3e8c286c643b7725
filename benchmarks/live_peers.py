"""What other libraries take for the requests of `live.py`; one that is not installed is told and left out.

python benchmarks/live_peers.py NAME ADDRESS COUNT FLIGHT

`live.py` runs it, in an interpreter that may have what ours has not. It prints the processor's and the wall's seconds.
FLIGHT is how many calls at a time; 0 is all of them.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec
from typing import Any

Call = Callable[[], Awaitable[Any]]
MODULES = {"openai": "openai", "langgraph": "langgraph", "dspy": "dspy"}
SAID = "Ask.\nAnswer in at most 3 words."


@asynccontextmanager
async def openai(address: str) -> AsyncIterator[Call]:
    """The provider's client."""
    from openai import AsyncOpenAI

    messages: Any = [{"role": "system", "content": SAID}, {"role": "user", "content": "word word"}]
    async with AsyncOpenAI(base_url=address, api_key="none", max_retries=0) as client:

        async def call() -> Any:
            return await client.chat.completions.create(model="tiny", messages=messages, max_tokens=18)

        yield call


@asynccontextmanager
async def langgraph(address: str) -> AsyncIterator[Call]:
    """A graph of one node that asks the provider's client."""
    from langgraph.graph import END, START, StateGraph

    async with openai(address) as ask:

        async def node(state: dict[str, Any]) -> dict[str, Any]:
            found = await ask()
            return {"text": found.choices[0].message.content}

        graph = StateGraph(dict)
        graph.add_node("ask", node)
        graph.add_edge(START, "ask")
        graph.add_edge("ask", END)
        compiled = graph.compile()
        yield lambda: compiled.ainvoke({"text": "word word"})


@asynccontextmanager
async def dspy(address: str) -> AsyncIterator[Call]:
    """One predictor, without its cache."""
    import dspy as library

    model = library.LM("openai/tiny", api_base=address, api_key="none", cache=False, max_tokens=18)
    with library.context(lm=model, adapter=library.ChatAdapter(use_json_adapter_fallback=False)):
        predict = library.Predict("x -> y")
        yield lambda: predict.acall(x="word word")


async def measured(name: str, address: str, count: int, flight: int) -> tuple[float, float]:
    """Seconds of the processor and of the wall, after some calls that do not count."""
    async with {"openai": openai, "langgraph": langgraph, "dspy": dspy}[name](address) as call:
        for _ in range(20):
            await call()
        processor, wall = time.process_time(), time.perf_counter()
        if flight == 1:
            for _ in range(count):
                await call()
        else:
            places = asyncio.Semaphore(flight or count)

            async def held() -> None:
                async with places:
                    await call()

            await asyncio.gather(*(held() for _ in range(count)))
        return time.process_time() - processor, time.perf_counter() - wall


if __name__ == "__main__":
    who, where, many, width = sys.argv[1:]
    if find_spec(MODULES[who]) is None:
        print("not installed")
    else:
        print(*asyncio.run(measured(who, where, int(many), int(width))))
