# What a developer types. Needs nothing but python3 (3.11 or newer); uv is used where there is one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
export PYTHONDONTWRITEBYTECODE = 1

.DEFAULT_GOAL := help
.PHONY: help run test lint bench messages lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/ready ## the whole portal at http://127.0.0.1:8000 (PORT=8001 make run for another port)
	@exec $(BIN)/python manage.py run

test: $(VENV)/ready ## all tests, with a private PostgreSQL and Valkey (make test ARGS="-k digest")
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

lint: $(VENV)/ready ## linters, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	SECRET_KEY=x DATABASE_URL=postgresql://x@x/x REDIS_URL=redis://x $(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/ready ## the benchmarks, at a moderate size
	@for name in $$(ls benchmarks/*.py 2>/dev/null | xargs -rn1 basename | sed 's/\.py$$//' | grep -v __init__); do \
		$(BIN)/python -m benchmarks.$$name || exit 1; done

messages: $(VENV)/ready ## collect and compile the interface's translations (needs gettext)
	cd portal && ../$(BIN)/python ../manage.py makemessages --locale ru --no-obsolete --no-location --add-location never
	$(BIN)/python manage.py compilemessages

lock: $(VENV)/ready ## pin what pyproject.toml allows into requirements*.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q pyproject.toml --extra s3 -c requirements.txt -o requirements-s3.txt

clean: ## forget the virtual environment (data under var/ stays)
	rm -rf $(VENV)

$(VENV)/ready: requirements-dev.txt
ifdef UV
	$(UV) venv -q --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip install -q --python $(BIN)/python --require-hashes -r requirements-dev.txt
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
endif
	@touch $@
