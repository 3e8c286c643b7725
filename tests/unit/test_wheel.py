"""The wheel, installed outside the checkout: grammar, library, examples and error pages are inside, and are used."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel is installed, without the packages it needs (those are here already)."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    (wheel,) = folder.glob("*.whl")
    target = folder / "site"
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile")
    _run(*pip, "--disable-pip-version-check", "--target", str(target), str(wheel), cwd=folder)
    return target


def test_the_wheel_carries_what_it_needs(site: Path) -> None:
    inside = site / "aalpl"
    assert (inside / "grammar/aalp.lark").is_file()
    assert (inside / "py.typed").is_file()
    for folder, kind in [("stdlib", "*.aalp"), ("examples", "*.aalp"), ("docs/errors", "*.md")]:
        here = {p.relative_to(ROOT / folder) for p in (ROOT / folder).rglob(kind)}
        there = {p.relative_to(inside / folder) for p in (inside / folder).rglob(kind)}
        assert here == there != set()


def test_check_cost_run_and_example_work_from_the_wheel(site: Path, tmp_path: Path) -> None:
    assert str(site) in _run(
        sys.executable, "-c", "import aalpl; print(aalpl.__file__)", cwd=tmp_path, path=site
    )
    assert "debugging" in _aalpl(site, tmp_path, "example")
    _aalpl(site, tmp_path, "example", "paper/debugging", "--copy")
    _aalpl(site, tmp_path, "check", "debugging.aalp")
    assert "m_q" in _aalpl(site, tmp_path, "cost", "debugging.aalp")
    assert "tokens" in _aalpl(site, tmp_path, "run", "debugging.aalp", "focused", "--at", "k=4,l=5,b=2")
    assert "stale-probability" in _aalpl(site, tmp_path, "explain", "stale-probability")


def _aalpl(site: Path, here: Path, *argv: str) -> str:
    return _run(sys.executable, "-m", "aalpl", *argv, cwd=here, path=site)


def _run(*argv: str, cwd: Path, path: Path | None = None) -> str:
    env = {**os.environ, "PYTHONPATH": str(path)} if path else dict(os.environ)
    done = subprocess.run(argv, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
