# What a developer types. Needs nothing but python3 (3.11 or newer); uv is used where there is one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# What settings demand, for tools that read them and never connect.
PLACEHOLDERS := SECRET_KEY=x DATABASE_URL=postgresql://x@x/x REDIS_URL=redis://x

.DEFAULT_GOAL := help
.PHONY: help run test lint bench messages lock clean

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/ready ## the whole portal at http://127.0.0.1:8000 (PORT=8001 make run for another port)
	@exec $(BIN)/python manage.py run

test: $(VENV)/ready ## all tests, with a private PostgreSQL and Valkey (make test ARGS="-k digest")
	$(BIN)/python -m pytest -n 3 --no-loadscope-reorder $(ARGS)

lint: $(VENV)/ready ## linters, types, who may import whom
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(PLACEHOLDERS) $(BIN)/mypy
	$(BIN)/lint-imports --no-cache

bench: $(VENV)/ready ## the benchmarks, at a moderate size
	@for name in pages discussion growth views schedule spam self_check digest_compose digest_send digest_web; do \
		$(BIN)/python -m benchmarks.$$name || exit 1; done
	$(BIN)/python -m benchmarks.digest_chaos --recipients 100000 --kills 200

messages: $(VENV)/ready ## collect and compile the interface's translations (needs gettext)
	$(PLACEHOLDERS) DJANGO_SETTINGS_MODULE=portal.settings $(BIN)/python -m django makemessages --locale ru \
		--no-obsolete --add-location never --ignore .venv --ignore var --ignore node_modules
	for po in portal/locale*/*/LC_MESSAGES/django.po; do msgfmt --check -o $${po%.po}.mo $$po || exit 1; done

lock: $(VENV)/ready ## pin what pyproject.toml allows into requirements*.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q pyproject.toml --extra dev -c requirements.txt -o requirements-dev.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q pyproject.toml --extra s3 -c requirements.txt -o requirements-s3.txt
	$(BIN)/uv pip compile --universal --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' -q pyproject.toml --extra anymail -c requirements.txt -o requirements-anymail.txt

clean: ## forget the virtual environment (data under var/ stays)
	rm -rf $(VENV)

$(VENV)/ready: requirements-dev.txt
ifdef UV
	$(UV) venv -q --allow-existing --python $(PYTHON) $(VENV)
	$(UV) pip install -q --compile-bytecode --python $(BIN)/python --require-hashes -r requirements-dev.txt
else
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
endif
	@touch $@
