"""How long a person waits for the first answer: cold starts of the commands, as multiples of a bare interpreter's start.

python benchmarks/startup.py [ROUNDS]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples/paper/debugging.aalp"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.aalp"
        long.write_text(lines(300), encoding="utf-8")
        commands = {
            "python -c pass": ["-c", "pass"],
            "aalpl --help": ["-m", "aalpl", "--help"],
            "aalpl check, 300 lines": ["-m", "aalpl", "check", str(long)],
            "aalpl cost debugging": ["-m", "aalpl", "cost", str(EXAMPLE)],
            "aalpl run debugging": ["-m", "aalpl", "run", str(EXAMPLE), "focused", "--at", "k=40,l=120,b=3"],
        }
        found = {name: fastest(argv, rounds) for name, argv in commands.items()}
    bare = found["python -c pass"]
    for name, seconds in found.items():
        print(f"{name:24} {seconds:6.3f} s {seconds / bare:7.1f} x")


def fastest(argv: list[str], rounds: int) -> float:
    """The shortest of several runs: the one that was disturbed least."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        subprocess.run([sys.executable, *argv], cwd=ROOT, check=True, capture_output=True)
        times.append(time.perf_counter() - begin)
    return min(times)


def lines(count: int) -> str:
    """A program of at least so many lines."""
    text = EXAMPLE.read_text(encoding="utf-8")
    head, _, functions = text.partition("\ndef naive")
    body = "def naive" + functions.partition("\nclaim")[0]
    copies = [body.replace("naive", f"naive_{i}").replace("focused", f"focused_{i}") for i in range(count)]
    program = head + "\n"
    for copy in copies:
        if program.count("\n") >= count:
            break
        program += copy + "\n"
    return program


if __name__ == "__main__":
    main()
