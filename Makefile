# make serve: from a bare machine to an answer. make test: from a bare machine to green tests.
# make check: the fast part of the tests, with style and types.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
KEFU := $(BIN)/kefu
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev

.DEFAULT_GOAL := help
.PHONY: help setup serve test check coverage lock clean doctor browser bench

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-9s %s\n", $$1, $$2}'

setup: $(INSTALLED) ## Everything that serving needs: packages, models, database, sample shop, index
	@$(KEFU) setup

serve: $(INSTALLED) ## Set up what is missing, then serve on 127.0.0.1:8000
	@$(KEFU) serve

test: $(INSTALLED_DEV) setup browser ## Set up what is missing, then run everything
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -n 2 --dist loadfile

check: $(INSTALLED_DEV) ## Style, types and fast tests, under a minute
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest -q -n 2 -m "not model and not browser and not slow"

doctor: $(INSTALLED) ## Check this installation and tell how to mend it
	@$(KEFU) doctor

# No setting of Kefu, which refuses those that it does not know.
unexport KEFU_LLAMA_BENCH
# BENCH has options of the benchmark, as in: make bench BENCH="--limit 6 --contestants kefu,rag"
bench: $(INSTALLED_DEV) setup ## Kefu beside create_agent and plain RAG; hours, and nothing else should run
	@program="$(KEFU_LLAMA_BENCH)"; \
	if [ -z "$$program" ] && folder=$$(sh scripts/llama_server.sh $(BIN)/python); then program=$$folder/llama-bench; fi; \
	KEFU_LLAMA_BENCH=$$program $(BIN)/python -m benchmarks.answers $(BENCH)

coverage: $(INSTALLED_DEV) ## Which lines no test runs
	$(BIN)/pip install --quiet coverage
	$(BIN)/coverage run -m pytest && $(BIN)/coverage report --skip-covered

lock: $(INSTALLED_DEV) ## Write requirements.lock anew from pyproject.toml
	sh scripts/lock.sh $(BIN)

browser: ## Chromium for the tests of the chat page, where it can be installed
	@sh scripts/chromium.sh

clean: ## Remove the virtual environment; data and models stay
	rm -rf $(VENV)

$(INSTALLED): requirements.lock scripts/install.sh scripts/llama_wheel.sh pyproject.toml
	sh scripts/install.sh $(PYTHON) $(VENV)
	touch $@

$(INSTALLED_DEV): $(INSTALLED) requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --no-deps -r requirements-dev.lock
	touch $@
