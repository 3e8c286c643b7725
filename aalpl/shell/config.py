"""What a project says once for all commands: `[tool.aalpl]` in pyproject.toml, else aalpl.toml, in the working folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

import attrs

from aalpl.shell.failure import Failure, nearest

KEYS = ("models",)


@attrs.frozen
class Config:
    """`models` is the file that says what stands behind models; `file` where that is said."""

    models: str | None = None
    file: str | None = None


def read(here: Path) -> Config:
    """The configuration of the folder `here`; paths in it are relative to the folder."""
    for name, table in (
        ("pyproject.toml", _tool(here / "pyproject.toml")),
        ("aalpl.toml", _table(here / "aalpl.toml")),
    ):
        if table is not None:
            return _config(table, here, name)
    return Config()


def _config(table: dict[str, object], here: Path, name: str) -> Config:
    for key in table:
        if key not in KEYS:
            guess = nearest(key, KEYS)
            hint = f"did you mean `{guess}`?" if guess else f"known here: {', '.join(KEYS)}"
            raise Failure(f"`{key}` means nothing to aalpl in {name}", hint, code="bad-config")
    models = table.get("models")
    if models is None:
        return Config(None, name)
    if not isinstance(models, str):
        raise Failure(f"`models` in {name} is no path", 'write `models = "models.toml"`', code="bad-config")
    return Config(str((here / models).relative_to(here)) if not Path(models).is_absolute() else models, name)


def _tool(path: Path) -> dict[str, object] | None:
    found = _table(path)
    tool = {} if found is None else found.get("tool", {})
    table = tool.get("aalpl") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


def _table(path: Path) -> dict[str, object] | None:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Failure(f"`{path.name}` is no TOML: {error}", code="bad-config") from None
