"""What a call over HTTP costs beside aiohttp alone: the same requests to the same server, one way after the other.

python benchmarks/live.py [ROUNDS] [--peers PYTHON]

The server is a process of its own, so that its work is not counted. `sequential` is processor time of calls one after the
other at 0 ms; `parallel` the time on the wall of 1,000 calls of 50 ms, at 128 at a time and without a bound. Each ratio is the
median over rounds in which both ways ran side by side. Other libraries (`live_peers.py`) follow on the same server, as far as
they are installed for PYTHON (where it is left out, for the interpreter that runs this).
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from support.server import Request, Server  # noqa: E402

PEERS = ROOT / "benchmarks/live_peers.py"
PROGRAM = """\
size n, k
llm ask(x: text[n]) -> text[<= 5] size m

def one_by_one(x: text[n]) -> text:
    y <- ask(x)
    for i in 2..k do
        y <- ask(x)
    return y

def at_once(x: text[n]) -> list[k] of text:
    ys <- parallel for i in 0..k-1 yield ask(x)
    return ys
"""
Way = Callable[[str, int], Coroutine[Any, Any, None]]


def main() -> None:
    words = ArgumentParser()
    words.add_argument("rounds", nargs="?", type=int, default=5)
    words.add_argument("--peers", default=sys.executable)
    said = words.parse_args()
    rounds = said.rounds
    program = loaded()
    with served(0.0) as address:
        alone = show(
            "sequential, processor",
            time.process_time,
            address,
            500,
            rounds,
            bare(1),
            ours(program, "one_by_one", 1),
        )
        beside(said.peers, address, 500, 1, alone)
    with served(0.05) as address:
        for flight in (128, None):
            title = f"parallel {flight or 'without a bound'}, wall"
            alone = show(
                title,
                time.perf_counter,
                address,
                1000,
                rounds,
                bare(flight),
                ours(program, "at_once", flight),
            )
            beside(said.peers, address, 1000, flight or 0, alone)


def show(
    words: str, clock: Callable[[], float], address: str, count: int, rounds: int, one: Way, other: Way
) -> float:
    """Seconds of both ways and how many times as many the other takes; gives the seconds of one call of the first."""
    asyncio.run(one(address, 20))
    asyncio.run(other(address, 20))
    found = []
    for _ in range(rounds):
        pair = []
        for way in (one, other):
            start = clock()
            asyncio.run(way(address, count))
            pair.append(clock() - start)
        found.append((pair[1] / pair[0], *pair))
    ratio = median(each[0] for each in found)
    alone, with_us = (median(each[i] for each in found) / count * 1e6 for i in (1, 2))
    print(f"{words:32} {alone:8.0f} us {with_us:8.0f} us {ratio:6.2f} x", flush=True)
    return alone / 1e6


def beside(python: str, address: str, count: int, flight: int, alone: float) -> None:
    """What others take, beside the `alone` seconds of a call through aiohttp."""
    for name in ("openai", "langgraph", "dspy"):
        command = [python, str(PEERS), name, address, str(count), str(flight)]
        done = subprocess.run(command, capture_output=True, text=True)
        try:
            processor, wall = map(float, done.stdout.split()[-2:])
        except ValueError:
            said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
            print(f"  {name:30} skipped: {said[-1] if said else done.returncode}", flush=True)
            continue
        each = (processor if flight == 1 else wall) / count
        print(f"  {name:30} {alone * 1e6:8.0f} us {each * 1e6:8.0f} us {each / alone:6.2f} x", flush=True)


def bare(flight: int | None) -> Way:
    """The same requests through aiohttp alone; `flight` at a time."""

    async def go(address: str, count: int) -> None:
        import aiohttp

        body = {
            "model": "tiny",
            "messages": [
                {"role": "system", "content": "Ask.\nAnswer in at most 3 words."},
                {"role": "user", "content": "word word"},
            ],
            "max_tokens": 18,
        }
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=flight or 0)) as session:

            async def call() -> str:
                async with session.post(f"{address}/chat/completions", json=body) as response:
                    found = await response.json()
                    return str(found["choices"][0]["message"]["content"])

            if flight == 1:
                for _ in range(count):
                    await call()
            else:
                await asyncio.gather(*(call() for _ in range(count)))

    return go


def ours(program: Any, function: str, flight: int | None) -> Way:
    """A program whose calls are the same requests."""

    async def go(address: str, count: int) -> None:
        from aalpl.backends.connect import connected
        from aalpl.live.binding import Binding
        from aalpl.live.perform import perform

        binding = Binding(backend="openai", model="tiny", address=address, concurrency=flight)
        async with connected({"*": binding}, {}) as lines:
            found = await perform(program, function, None, {"n": 3, "k": count}, lines=lines)
        assert not found.run.diagnostics
        assert found.run.meter.calls == count

    return go


def loaded() -> Any:
    from aalpl.check import load
    from aalpl.report import Source

    program, _ = load(Source("live.aalp", PROGRAM))
    assert program is not None
    return program


@contextmanager
def served(latency: float) -> Iterator[str]:
    """The address of a server in a process of its own."""
    command = [sys.executable, __file__, "serve", str(latency)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.communicate()  # its input ends, and it with it


def reply(request: Request) -> str:
    """A word, in the frame that a request asks for."""
    return "[[ ## y ## ]]\nyes\n\n[[ ## completed ## ]]" if "[[ ##" in request.said else "yes"


def serve(latency: float) -> None:
    with Server(reply=reply, latency=latency) as server:
        print(server.address, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(float(sys.argv[2]))
    else:
        main()
