"""Simulated calls a second on one core, beside hand-written Python that makes the same draws and counts.

Run: python benchmarks/simulation.py [--quick]. Every call draws its own outcome from the seed and goes through the
driver's one interface; meter and digest are on. Times are processor times, the best of three rounds, and the ratio is
to a plain Python function that does the same job in the same process.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

from aalpl.check import load
from aalpl.program.nodes import Program
from aalpl.report import Source
from aalpl.run.execute import finish
from aalpl.run.prepare import prepare

FOCUSED = """
size k, l, b
assume b <= k
llm find_bug(code: text) -> text[O(1)]?  size m_q
llm fix(bug: text, seen: text) -> text   size m_d

def focused(x: text[k*l]) -> text[k*l]:
    for i in 0..k-1 do
        bug <- find_bug(x[i*l : i*l+l])
        if bug at most b times then
            x[i*l : i*l+l] <- fix(bug, x[i*l : i*l+l]) where len(result) = l
    return x
"""

MERGE_SORT = """
size N, L
oracle rank(d: text) -> real
llm before(a: text[L], b: text[L]) -> bool  size m
    simulate rank(a) <= rank(b)

def merge_sort(docs: list[N] of text[L]) -> list[N] of text[L]:
    if N <= 1 then
        return docs
    left  <- merge_sort(docs[0 : N/2])
    right <- merge_sort(docs[N/2 : N])
    out <- []
    while left and right do
        if before(left[0], right[0]) then
            out <- out ++ [pop left]
        else
            out <- out ++ [pop right]
    return out ++ left ++ right
"""

VOTING = """
prob p
llm vote(state: text) -> text[O(1)]  size m  right with probability p  rivals 1

def decide(state: text, d: int in 1..) -> text:
    t <- tally()
    repeat
        t.add(vote(state))
    until t.lead >= d
    return t.leader
"""

PARALLEL = """
size k, l
llm digest(part: text) -> text[4]  size m

def notes(x: text[k*l]) -> list[k] of text[4]:
    return parallel for i in 0..k-1 yield digest(x[i*l : i*l+l])
"""


def by_hand_focused(k: int, length: int, b: int) -> int:
    """One draw, one count per block, a list of blocks."""
    random, read, calls, found = Random(0).random, 0, 0, 0
    blocks = [(length, i) for i in range(k)]
    for i in range(k):
        calls += 1
        read += blocks[i][0]
        if random() < 0.5 and found < b:
            found += 1
            calls += 1
            read += 1 + length
            blocks[i] = (length, -calls)
    return calls


def by_hand_merge_sort(n: int, length: int) -> int:
    """A merge sort of (length, rank) pairs that counts comparisons."""
    dice, counts = Random(0), [0, 0]

    def sort(docs: list[tuple[int, float]]) -> list[tuple[int, float]]:
        if len(docs) <= 1:
            return docs
        left, right = sort(docs[: len(docs) // 2]), sort(docs[len(docs) // 2 :])
        out, i, j = [], 0, 0
        while i < len(left) and j < len(right):
            counts[0] += 1
            counts[1] += left[i][0] + right[j][0]
            if left[i][1] <= right[j][1]:
                out.append(left[i])
                i += 1
            else:
                out.append(right[j])
                j += 1
        return out + left[i:] + right[j:]

    sort([(length, dice.random()) for _ in range(n)])
    return counts[0]


def by_hand_voting(d: int) -> int:
    """A walk until it is d away from 0, the tally a dictionary."""
    random, calls, tally = Random(0).random, 0, {True: 0, False: 0}
    while abs(tally[True] - tally[False]) < d:
        calls += 1
        tally[random() < 0.5] += 1
    return calls


def by_hand_parallel(k: int, length: int) -> int:
    """A list of replies."""
    random = Random(0).random
    notes, read = [], 0
    for _ in range(k):
        read += length
        notes.append((4, random()))
    return len(notes)


def program(text: str) -> Program:
    """The checked program."""
    found, diagnostics = load(Source("benchmark", text))
    assert found is not None, diagnostics
    return found


def timed(action: Callable[[], int], rounds: int) -> float:
    """Calls a second of processor time, the best round."""
    best = 0.0
    for _ in range(rounds):
        start = time.process_time()
        calls = action()
        best = max(best, calls / (time.process_time() - start))
    return best


def simulated(text: str, at: dict[str, Any]) -> Callable[[], int]:
    """A run of the program's only function; making the inputs counts too."""
    checked = program(text)
    name = next(f.name for f in checked.functions.values() if not f.library)
    return lambda: finish(prepare(checked, name, at=at)).meter.calls


def main(quick: bool) -> None:
    """The table."""
    n = 10 if quick else 1
    k, docs, lead, parts = 1_000_000 // n, 32_768 // n, 500 // (3 if quick else 1), 300_000 // n
    jobs: list[tuple[str, str, dict[str, Any], Callable[[], int]]] = [
        ("focused", FOCUSED, {"k": k, "l": 120, "b": k // 1000}, lambda: by_hand_focused(k, 120, k // 1000)),
        ("merge sort", MERGE_SORT, {"N": docs, "L": 100}, lambda: by_hand_merge_sort(docs, 100)),
        ("voting", VOTING, {"p": 0.5, "d": lead}, lambda: by_hand_voting(lead)),
        ("parallel for", PARALLEL, {"k": parts, "l": 120}, lambda: by_hand_parallel(parts, 120)),
    ]
    print(f"{'':14}{'calls/s':>12}{'by hand':>12}{'ratio':>8}")
    for name, text, at, by_hand in jobs:
        ours, theirs = timed(simulated(text, at), 3), timed(by_hand, 3)
        print(f"{name:14}{ours:12,.0f}{theirs:12,.0f}{theirs / ours:8.1f}")


CHILD = """
import resource, sys
from aalpl.check import load
from aalpl.report import Source
from aalpl.run import execute
program, _ = load(Source("benchmark", sys.argv[1]))
run = execute(program, at={"k": int(sys.argv[2]), "l": 120, "m": 1}, observe=True)
print(run.meter.calls, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def memory(branches: int) -> None:
    """The peak memory of a run with so many parallel branches, in a process of its own (in KiB/1024 as Linux counts)."""
    argv = [sys.executable, "-c", CHILD, PARALLEL, str(branches)]
    calls, peak = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split()
    print(f"\n{int(calls):,} parallel branches: {peak} MiB at most")


if __name__ == "__main__":
    main("--quick" in sys.argv)
    memory(100_000 if "--quick" in sys.argv else 1_000_000)
