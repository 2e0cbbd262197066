# Everything a person or CI does here. `make demo` is the one to try first.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
UV := 0.13.9

.PHONY: demo test lint format docs bench eval promises lock setup
.DEFAULT_GOAL := demo

# A locked environment, made again only when the lock changes.
$(READY): requirements.lock Makefile
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Infra needs Python 3.11 or later; name one with: make PYTHON=python3.12 …"; exit 1; }
	@echo "Setting up .venv from requirements.lock (once) …"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV)
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.lock
	@touch $@

setup: $(READY)

demo: setup
	@$(BIN)/python -m sandbox demo $(if $(PLAY),--play) $(if $(WORLD),--world $(WORLD)) $(if $(PORT),--port $(PORT))

test: setup
	$(BIN)/python -m pytest $(ARGS)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m docs.tables --check

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: setup
	$(BIN)/python -m docs.tables

bench: setup
	$(BIN)/python -m sandbox.bench

eval: setup
	@$(BIN)/python -m sandbox.evals $(if $(SUITE),--suite $(SUITE)) $(if $(DATA),--data $(DATA))

# What must hold under faults and abuse: ONLY=T1,T2 for some, N=full for as many trials as it takes to believe it,
# DATA=folder for injections of others.
promises: setup
	@$(BIN)/python -m tests.promises $(if $(ONLY),--only $(ONLY)) $(if $(N),--n $(N)) $(if $(DATA),--data $(DATA))

# The lock holds versions and hashes, no addresses.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--all-extras --custom-compile-command "make lock" pyproject.toml --output-file requirements.lock
