# Everything starts from a bare Python: the environment is made by whichever target comes first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help demo test quick check tests sweep lowest newest matrix coverage mutants bench torture pictures docs format clean

help: ## This list
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /	/' | expand -t 12

$(READY): pyproject.toml requirements-dev.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

demo: $(READY) ## The main job before your eyes, on a made-up book at a scratch path
	@$(BIN)/python demo/tour.py

test: check tests ## All checks and tests

check: $(READY) ## ruff, mypy, the layers, the dependencies
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry src

tests: $(READY) ## The tests, on both cores
	$(BIN)/pytest -n 2

quick: $(READY) ## While one edits: the rules on their tables and scenarios, the commands of a day
	$(BIN)/pytest -n 2 -m "not hypothesis" -k "not two_readings" tests/rules tests/test_day.py

sweep: $(READY) ## The tests over random books and bad words whole, where `make test` takes a few
	REFTRACK_TEST_SHARE=1 $(BIN)/pytest -n 2 -m sweep

lowest: ## The day's commands with the lowest versions that pyproject.toml allows
	$(PYTHON) .ci/versions.py lowest

newest: ## The day's commands with the newest versions that pyproject.toml allows
	$(PYTHON) .ci/versions.py newest

matrix: ## Both, and all tests, with each Python from 3.11 to 3.14 that is here
	$(PYTHON) .ci/versions.py matrix $(TESTS)

coverage: $(READY) ## The rules, line by line and branch by branch: complete, or it fails
	$(BIN)/coverage run -m pytest -q tests/rules
	$(BIN)/coverage report --include='src/reftrack/rules/*' --fail-under=100

mutants: $(READY) ## Changes the rules one by one, and counts the changes that no test notices
	$(BIN)/mutmut run
	$(BIN)/python benchmarks/mutants.py

bench: $(READY) ## How quick it is at any size, beside the smallest of its kind and the peers
	$(BIN)/python benchmarks/speed.py

torture: $(READY) ## Nothing lost, nobody let in: kill -9, bad disks, crowds, bad words, at length
	$(BIN)/python -m torture

pictures: $(READY) ## The screens in the documentation, drawn by Rich from the demo book
	$(BIN)/python demo/pictures.py

docs: $(READY) ## The documentation as a site, in site/, without a warning
	$(BIN)/python docs/website.py

format: $(READY) ## Lays the code out
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## Leaves nothing that git ignores
	git clean -fdX
