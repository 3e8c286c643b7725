"""Files of the cache: found again, whole or not at all, no more than there is room for."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from aalpl.shell import cache
from aalpl.shell.cache import Cache, Software


def test_kept_and_found(tmp_path: Path) -> None:
    kept = Cache(tmp_path, "1")
    assert kept.get("key") is None
    kept.put("key", "a text\nof two lines ∑ \ud800")
    assert kept.get("key") == "a text\nof two lines ∑ \ud800"
    kept.put("key", "another")
    assert kept.get("key") == "another"
    assert not list(tmp_path.rglob("*.new"))


def test_another_software_finds_nothing(tmp_path: Path) -> None:
    one, other = Cache(tmp_path, "1"), Cache(tmp_path, "2")
    one.put("key", "text")
    assert other.get("key") is None


def test_software_that_changed_since_it_was_loaded_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    installed = Software.installed()
    assert installed == Software.installed()
    monkeypatch.setattr(cache, "_BEGAN", installed.newest - 1)
    assert cache.opened("answers") is None
    monkeypatch.setattr(cache, "_BEGAN", installed.newest + 60)
    found = cache.opened("answers")
    assert found is not None
    assert found.software == installed.name


@pytest.mark.parametrize("cut", range(0, 80, 7))
def test_a_file_cut_off_is_none(tmp_path: Path, cut: int) -> None:
    kept = Cache(tmp_path, "1")
    kept.put("key", "a text that is longer than nothing")
    (file,) = tmp_path.rglob("*.kept")
    file.write_bytes(file.read_bytes()[:cut])
    assert kept.get("key") is None
    kept.put("key", "new")
    assert kept.get("key") == "new"


@pytest.mark.parametrize("at", [0, 30, 64, 65, 70])
def test_a_file_with_a_wrong_byte_is_none(tmp_path: Path, at: int) -> None:
    kept = Cache(tmp_path, "1")
    kept.put("key", "a text that is longer than nothing")
    (file,) = tmp_path.rglob("*.kept")
    data = bytearray(file.read_bytes())
    data[at] ^= 1
    file.write_bytes(data)
    assert kept.get("key") is None


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    kept = Cache(file, "1")
    kept.put("key", "text")
    assert kept.get("key") is None


def test_a_folder_in_the_place_of_a_file_is_no_failure(tmp_path: Path) -> None:
    kept = Cache(tmp_path, "1")
    kept.put("key", "text")
    (file,) = tmp_path.rglob("*.kept")
    file.unlink()
    file.mkdir()
    kept.put("key", "text")
    assert kept.get("key") is None
    assert not list(tmp_path.rglob("*.new"))


def test_the_oldest_make_room(tmp_path: Path) -> None:
    kept = Cache(tmp_path, "1", room=3000)
    for i in range(400):
        kept.put(str(i), f"{i:>990}")
    sizes = [sum(f.stat().st_size for f in d.iterdir()) for d in tmp_path.iterdir()]
    assert max(sizes) <= 3000
    assert kept.get("399") == f"{399:>990}"
    kept.put("long", "x" * 3001)
    assert kept.get("long") is None


def test_the_oldest_go_first(tmp_path: Path) -> None:
    kept = Cache(tmp_path, "1", room=250)
    kept.put("key", "x" * 100)
    (file,) = tmp_path.rglob("*.kept")
    old, new = file.with_name("old.kept"), file.with_name("new.kept")
    old.write_bytes(b"x" * 50)
    new.write_bytes(b"x" * 50)
    os.utime(old, (1, 1))
    file.unlink()
    kept.put("key", "y" * 100)
    assert not old.exists()
    assert new.exists()
    assert kept.get("key") == "y" * 100


def test_many_at_once(tmp_path: Path) -> None:
    def work(i: int) -> bool:
        kept = Cache(tmp_path, "1", room=2000)
        kept.put("key", f"{i % 3}" * 900)
        found = kept.get("key")
        return found is None or (len(found) == 900 and len(set(found)) == 1)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(200)))
    assert not list(tmp_path.rglob("*.new"))
