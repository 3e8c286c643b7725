"""What a run with a model loads before its first call: a person waits for all of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = "llm holds(x: text) -> bool size 1\n\ndef f(x: text) -> bool:\n    y <- holds(x)\n    return y\n"
WATCHED = """
import sys
from aalpl.backends.openai import {name}
from aalpl.live.reply import Reply

def answer(self, question):
    print("\\n".join(["ASKED", *sys.modules]), file=sys.__stderr__)
    return Reply(True)

{name}.answer = answer
from aalpl.shell.main import call
assert call(sys.argv[1:]) == 0
"""
LATER = {"sympy", "flint", "highspy", "numpy", "tenacity", "prompt_toolkit", "rich"}


def test_nothing_but_the_way_of_a_call_is_loaded_before_the_first(tmp_path: Path) -> None:
    file, models = tmp_path / "p.aalp", tmp_path / "models.toml"
    file.write_text(PROGRAM, encoding="utf-8")
    models.write_text(
        '[models.holds]\nmodel = "openai/tiny"\naddress = "http://127.0.0.1:9/v1"\n', encoding="utf-8"
    )
    command = ["run", str(file), "--models", str(models), "--input", "x=perhaps", "--yes"]
    done = subprocess.run(
        [sys.executable, "-c", WATCHED.format(name="OpenAI"), *command],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    head, *names = done.stderr.split()
    assert head == "ASKED"
    assert not LATER & set(names)
    analyses = r"aalpl\.cost\.(?!result$|words\b)"  # what results and their words are may be known, not how they are found
    assert not [name for name in names if re.match(analyses, name)]
