"""Keys and addresses: where they are looked up, and where a key never goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from aalpl.backends.access import Access, access, based, below, host
from aalpl.backends.proxies import proxy
from aalpl.live.binding import Binding
from aalpl.live.stops import Unanswered
from aalpl.shell.failure import Failure
from aalpl.shell.keys import environment, variables

OPENAI = Binding(backend="openai", model="m")
ANTHROPIC = Binding(backend="anthropic", model="m")
BOTH = {"OPENAI_API_KEY": "one", "ANTHROPIC_API_KEY": "two"}


def test_the_variables_that_everybody_has() -> None:
    assert access(OPENAI, BOTH) == Access("https://api.openai.com/v1", "one")
    assert access(ANTHROPIC, BOTH) == Access("https://api.anthropic.com/v1", "two")


def test_the_newer_variable_wins() -> None:
    old = {**BOTH, "OPENAI_API_BASE": "http://old:1/v1"}
    assert access(OPENAI, old) == Access("http://old:1/v1", "one")
    assert access(OPENAI, {**old, "OPENAI_BASE_URL": "http://new:2/v1/"}) == Access("http://new:2/v1", "one")
    assert access(OPENAI, {**old, "OPENAI_BASE_URL": " "}).address == "http://old:1/v1"
    assert access(ANTHROPIC, {**BOTH, "ANTHROPIC_BASE_URL": "http://a:3"}) == Access("http://a:3/v1", "two")


def test_a_binding_wins_and_gets_only_a_key_of_its_own() -> None:
    """A file of models cannot send the usual key to an address that it names."""
    there = Binding(backend="openai", address="http://127.0.0.1:8080/v1")
    assert access(there, BOTH) == Access("http://127.0.0.1:8080/v1", None)
    named = Binding(backend="openai", address="https://gate.example/v1", key="MY_KEY")
    assert access(named, {**BOTH, "MY_KEY": " mine\n"}) == Access("https://gate.example/v1", "mine")
    for near in (
        "http://api.openai.com/v1",
        "https://api.openai.com.example/v1",
    ):
        assert access(Binding(backend="openai", address=near), BOTH).key is None
    assert access(Binding(backend="openai", address="https://API.openai.com/v1"), BOTH).key == "one"
    same = {**BOTH, "OPENAI_BASE_URL": "http://gate.example:9/v1"}
    assert access(Binding(backend="openai", address="http://gate.example:9/other/v1"), same).key == "one"


def test_a_key_that_is_missing_is_told_by_the_name_of_its_variable() -> None:
    with pytest.raises(Unanswered, match="OPENAI_API_KEY") as missing:
        access(OPENAI, {})
    assert missing.value.code == "no-key"
    with pytest.raises(Unanswered, match="MY_KEY"):
        access(Binding(backend="openai", key="MY_KEY"), {**BOTH, "MY_KEY": " "})
    assert access(OPENAI, {"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}).key is None


def test_other_backends_have_what_the_binding_says() -> None:
    assert access(Binding(backend="other", key="K", address="x"), {**BOTH, "K": "k"}) == Access("x", "k")
    assert access(Binding(backend="other"), BOTH) == Access(None, None)


@pytest.mark.parametrize("key", ["two words", "a\nb", "ключ", "a\x00b"])
def test_what_cannot_be_a_key_is_not_sent(key: str) -> None:
    with pytest.raises(Unanswered) as refused:
        access(OPENAI, {"OPENAI_API_KEY": key})
    assert key not in repr((refused.value.title, refused.value.hint))


def test_an_address_holds_no_password() -> None:
    with pytest.raises(Unanswered) as refused:
        access(Binding(backend="openai", address="http://name:secret@h:1/v1"), {})
    assert "secret" not in repr((refused.value.title, refused.value.hint))


PROXY = {"HTTPS_PROXY": "http://proxy:3128", "no_proxy": "inside.example,10.0.0.5"}


@pytest.mark.parametrize(
    ("address", "through"),
    [("https://api.openai.com/v1/x", "http://proxy:3128"), ("http://api.openai.com/v1/x", None),
     ("https://inside.example/v1", None), ("https://a.inside.example:8000/v1", None), ("https://10.0.0.5/v1", None),
     ("https://localhost:1/v1", None), ("https://127.0.0.1:1/v1", None), ("https://[::1]:1/v1", None)],
)  # fmt: skip
def test_proxies(address: str, through: str | None) -> None:
    assert proxy(address, PROXY) == through
    assert proxy(address, {}) is None


def test_the_proxy_for_all() -> None:
    assert proxy("http://a.example/v1", {"ALL_PROXY": "http://all:1"}) == "http://all:1"
    assert proxy("http://a.example/v1", {"all_proxy": "socks5://all:1"}) is None
    assert proxy("http://a.example/v1", {"ALL_PROXY": "http://all:1", "NO_PROXY": "*"}) is None


def test_a_key_is_not_shown() -> None:
    assert "one" not in repr(access(OPENAI, BOTH))


@pytest.mark.parametrize(
    ("given", "found"),
    [("http://h:1", "http://h:1/v1"), ("http://h:1/", "http://h:1/v1"), ("http://h/api/v1/", "http://h/api/v1"),
     (" http://h/v1 ", "http://h/v1"), ("http://h/v1?api-version=2", "http://h/v1?api-version=2")],
)  # fmt: skip
def test_addresses(given: str, found: str) -> None:
    assert based(given) == found


def test_what_is_asked_for_stays_at_the_end() -> None:
    assert (
        below("http://h/v1?api-version=2", "chat/completions") == "http://h/v1/chat/completions?api-version=2"
    )


def test_hosts_have_no_names_or_passwords() -> None:
    assert host("https://name:secret@h:1/v1") == "h:1"


def test_a_file_of_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env"
    path.write_text("# keys\nexport A=1\nB = 'two # 2' # b\nC=\"3\"\nD=4 # four\nnot a line\nE=\nHOME=here\n")
    assert variables(str(path)) == {"A": "1", "B": "two # 2", "C": "3", "D": "4", "E": "", "HOME": "here"}
    monkeypatch.setenv("HOME", "there")
    monkeypatch.delenv("A", raising=False)
    assert environment(str(path))["A"] == "1"
    assert environment(str(path))["HOME"] == "there"
    assert "A" not in environment()
    with pytest.raises(Failure):
        variables(str(tmp_path / "none"))
