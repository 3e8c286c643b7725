"""A process that runs the real command in children of its own, so that a test can start and kill hundreds of them.

    with Nursery(folder) as nursery:
        child = nursery.start(["run", "f.aalp", …])
        child.kill(); child.wait()

Each child is forked from a process that may have done the same before (`warm`): it does what `aalpl …` does, from the first line on.
Its output goes into files. Only where processes can be forked.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import attrs

HERE = Path(__file__)


@attrs.define
class Child:
    """A run of the command."""

    pid: int
    out: Path

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return Path(f"{self.out}.code").exists()

    def kill(self) -> bool:
        """SIGKILL; whether it was still there."""
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def wait(self) -> int:
        """The exit code, negative where a signal ended it."""
        code, end = Path(f"{self.out}.code"), time.monotonic() + 60
        while not code.exists() and time.monotonic() < end:
            time.sleep(0.001)
        return int(code.read_text())

    def said(self) -> str:
        """What it wrote on standard output."""
        return self.out.read_text(encoding="utf-8")

    def complained(self) -> str:
        """What it wrote on standard error."""
        return Path(f"{self.out}.err").read_text(encoding="utf-8")


@attrs.define
class Nursery:
    """The process."""

    folder: Path
    count: int = 0
    _process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Nursery:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )
        return self

    def __exit__(self, *exc: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def warm(self, argv: list[str]) -> None:
        """Does `aalpl argv` in the process itself, so that its children have all that it loads."""
        self._told(None, argv)

    def start(self, argv: list[str]) -> Child:
        """Begins `aalpl argv`."""
        self.count += 1
        out = self.folder / f"out.{self.count}"
        return Child(self._told(str(out), argv), out)

    def _told(self, out: str | None, argv: list[str]) -> int:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([out, argv]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def main() -> None:
    """Forks a child for every line that comes, and waits for them as they end."""
    from aalpl.shell.main import call

    children: dict[int, str] = {}
    signal.signal(signal.SIGCHLD, lambda *_: _buried(children))
    for line in sys.stdin:
        out, argv = json.loads(line)
        if out is None:
            with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
                call(argv)
            _say(0)
            continue
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
            for stream, name in ((1, out), (2, f"{out}.err")):
                os.dup2(os.open(name, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), stream)
            code = call(argv)
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)
        children[pid] = out
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGCHLD])
        _say(pid)


def _say(pid: int) -> None:
    sys.stdout.write(f"{pid}\n")
    sys.stdout.flush()


def _buried(children: dict[int, str]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        name = children.pop(pid)
        Path(f"{name}.code.new").write_text(str(os.waitstatus_to_exitcode(status)))
        os.replace(f"{name}.code.new", f"{name}.code")


if __name__ == "__main__":
    main()
