# A newcomer needs two of these: `make demo` and `make test`. Both set up what they need in .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
SIZES := k=40,l=120,b=3,m_q=1,m_d=8,o_find_bug=1

.PHONY: demo test check format accept wheel-test sizes clean

demo: .venv/installed
	$(BIN)/aalpl cost examples/paper/debugging.aalp
	$(BIN)/aalpl cost examples/paper/debugging.aalp focused --at $(SIZES)
	$(BIN)/aalpl run examples/paper/debugging.aalp focused --at $(SIZES)

test: .venv/installed-dev
	$(BIN)/python -m pytest -n auto --dist worksteal

check: .venv/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist worksteal

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

accept: .venv/installed-dev
	$(BIN)/python -m pytest --accept tests/cases
	git diff --stat tests/cases

wheel-test: .venv/installed-dev
	$(BIN)/python -m pytest tests/unit/test_wheel.py

clean:
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/installed-dev: pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ .venv/installed

sizes:  # largest modules: is there a second noun inside?
	@git ls-files 'aalpl/*.py' | xargs wc -l | sort -rn | sed -n '2,12p'
