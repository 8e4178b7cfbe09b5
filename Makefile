# For GNU make 3.81 (macOS) and later. The steps are in scripts/; a step that is already done says nothing.

BIN := .venv/bin
PREPARE := @sh scripts/prepare.sh
# make lock UV=uv takes the uv on the PATH, for the day when the dev lock itself cannot be installed
UV := $(BIN)/uv
COMPILE := pip compile --quiet --universal --python-version 3.11 --no-python-downloads --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade) pyproject.toml --group build

.PHONY: help run test check format bench reader test-llama wheel lock clean

help: ## this list
	@echo "Interviewer: a mock interviewer for machine-learning interviews."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'Options: make run ARGS="--port 8600", make test PYTEST_ARGS="-k grading", make lock UPGRADE=1, PYTHON=/path/to/python.'

run: ## install what is missing and open the app in a browser
	$(PREPARE) run
	@sh scripts/weights.sh
	@echo "==> Starting the app (Ctrl-C stops it)"
	@$(BIN)/interviewer run $(ARGS)

test: check ## install what is missing, then lint, types and tests
	@sh scripts/weights.sh
	@echo "==> Testing (pytest)"
	@weights=$$(sh scripts/weights.sh --print-path); \
	if [ -n "$$weights" ]; then export INTERVIEWER_TEST_WEIGHTS="$$weights"; fi; \
	exec $(BIN)/python -m pytest -n auto --dist loadfile $(PYTEST_ARGS)

check: ## lint and types only
	$(PREPARE) dev
	@echo "==> Linting (ruff)"
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check
	@echo "==> Checking types (mypy)"
	@$(BIN)/python -m mypy interviewer app.py benchmarks tests

format: ## let ruff mend and lay out the code
	$(PREPARE) dev
	@$(BIN)/python -m ruff check --fix-only
	@$(BIN)/python -m ruff format

bench: ## measure how well the offline model grades, and how fast
	$(PREPARE) run
	@sh scripts/weights.sh
	@echo "==> Measuring"
	@$(BIN)/python -m benchmarks $(ARGS)

reader: ## fit the offline reader anew (most of an hour) and compare designs
	$(PREPARE) dev
	@$(BIN)/python -m pip install --quiet ".[reader]"
	@sh scripts/weights.sh
	@for part in first pairs verdicts compare; do echo "==> $$part"; $(BIN)/python -m scripts.reader.$$part || exit 1; done

test-llama: ## play interviews with llama-cpp-python's server (compiles it, once)
	$(PREPARE) dev
	@sh scripts/weights.sh
	@BIN=$(BIN) PYTEST_ARGS="$(PYTEST_ARGS)" sh scripts/test-llama.sh

wheel: ## build the wheel and try it in an environment of its own
	$(PREPARE) dev
	@bash scripts/check-wheel.sh

lock: ## write the lock files again from pyproject.toml
	@if [ "$(UV)" = "$(BIN)/uv" ]; then sh scripts/prepare.sh dev; fi
	@echo "==> Resolving requirements.lock"
	@$(UV) $(COMPILE) --output-file requirements.lock
	@echo "==> Resolving requirements-dev.lock"
	@$(UV) $(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove .venv, builds and caches; your interviews stay
	rm -rf .venv .venv-llama build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .coverage htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
