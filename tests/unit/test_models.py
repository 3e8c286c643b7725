"""models.toml: prices are exact, and an unknown one is unknown."""

from fractions import Fraction
from pathlib import Path

import pytest

from aalpl.shell.failure import Failure
from aalpl.shell.models import read

TEXT = """
currency = "EUR"
source = "a list"
[models.qa]
in = 0.15
out = 0.6
[models.dev]
in = 3
"""


def models_of(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "models.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_prices_are_exact_and_per_million(tmp_path: Path) -> None:
    models = read(str(models_of(tmp_path, TEXT)), ("qa", "dev"))
    assert models.currency == "EUR"
    assert models.of("qa").money(Fraction(10**6), Fraction(10**6), Fraction(1)) == Fraction(3, 4)


def test_an_unknown_price_is_not_zero(tmp_path: Path) -> None:
    models = read(str(models_of(tmp_path, TEXT)), ("qa", "dev", "other"))
    assert models.of("dev").money(Fraction(1), Fraction(1), Fraction(1)) is None
    assert models.of("dev").money(Fraction(10**6), Fraction(0), Fraction(1)) == 3
    assert models.of("other").money(Fraction(1), Fraction(0), Fraction(1)) is None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("[models.qq]\nin = 1", "did you mean `qa`?"),
        ("[models.qa]\nprice = 1", None),
        ("[models.qa]\nin = -1", None),
        ("[models.qa]\nin = true", None),
        ("models = 3", None),
        ("[models]\nqa = 3", None),
        ("[[", None),
        ("[models.qa]\nkey = 'sk-123'", None),
        ("[models.qa]\naddress = 'localhost'", "write `http://host:port/v1`"),
        ("[models.qa]\nconcurrency = 0", "leave it out where there is no limit"),
        ("[models.qa]\nretries = 1.5", None),
        ("[models.qa]\ntimeout = { frist = 3 }", "did you mean `first`?"),
        ("[models.qa]\nmodel = 3", "write it in quotes"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, hint: str | None) -> None:
    with pytest.raises(Failure) as caught:
        read(str(models_of(tmp_path, text)), ("qa", "dev"))
    assert hint in (None, caught.value.hint)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failure):
        read(str(tmp_path / "none.toml"), ())


def test_everything_that_stands_behind_a_model(tmp_path: Path) -> None:
    text = """
[models.qa]
model = "openai/small-1"
address = "http://127.0.0.1:9/v1/"
key = "MY_KEY"
cached = 0.1
window = 8000
concurrency = 4
requests-per-minute = 90
timeout = { total = 3.5 }
more = { temperature = 0.25, stop = ["x"] }
[models.dev]
backend = "python"
"""
    models = read(str(models_of(tmp_path, text)), ("qa", "dev"))
    qa = models.of("qa")
    assert (qa.backend, qa.model, qa.address, qa.key) == (
        "openai",
        "small-1",
        "http://127.0.0.1:9/v1",
        "MY_KEY",
    )
    assert (qa.price_cached, qa.window, qa.concurrency) == (Fraction(1, 10), 8000, 4)
    assert (qa.requests_per_minute, qa.timeouts.total, qa.timeouts.connect) == (90, 3.5, 10)
    assert qa.more == {"temperature": 0.25, "stop": ["x"]}
    assert models.of("dev").backend == "python"
