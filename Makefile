# Every target stands alone on a fresh clone: it makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.camscan-setup
COMPILED := $(VENV)/.camscan-compiled
# Bytecode is kept, or each process compiles all tests again.
PYTEST := env PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
# In several processes, each with a network of its own where namespaces can be made.
BESIDE := -n auto --dist loadfile --no-loadscope-reorder --timeout 300
# What is held to a time runs alone; then the others run, whatever became of it.
TESTS := status=0; $(PYTEST) -m alone || status=1; $(PYTEST) -m "not alone" $(BESIDE) || status=1; exit $$status

.DEFAULT_GOAL := help
.PHONY: help setup compiled demo test check fmt lint types fp fp-score docs bench fuzz offline wheel image pins clean peers

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(STAMP) ## a .venv with camscan and everything that its tests need

$(STAMP): pyproject.toml requirements/build.txt requirements/dev.txt tools/need-venv tools/need-pango
	@sh tools/need-venv "$(PYTHON)"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation --no-compile -r requirements/dev.txt
	@# pip would compile with one processor. Some files are of no Python that there is, on purpose.
	@$(BIN)/python -m compileall -q -j 0 $(VENV)/lib >/dev/null 2>&1 || true
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@sh tools/need-pango $(BIN)/python
	@touch $@

compiled: setup $(COMPILED) ## the hot loop over captures as a compiled module (needs a C compiler)

# Without a compiler there is no such module, and none is needed.
$(COMPILED): $(STAMP) camscan/sources/flows/packet_counter.py tools/compile_counter.py
	@if $(BIN)/python tools/compile_counter.py >/dev/null; then touch $@; fi

demo: setup ## bring up a simulated estate of 212 cameras, scan it, read its capture
	$(BIN)/camscan lab demo

peers: setup ## real software that tests use as peers (needs root; else those tests skip)
	@sh tools/test-peers $(BIN)/python

test: setup peers compiled ## all tests
	$(TESTS)

check: setup peers compiled fmt lint types ## format, lint, types, tests, fingerprints
	$(TESTS)
	$(BIN)/camscan fp lint

fmt: setup ## is everything formatted?
	$(BIN)/ruff format --check camscan tests tools bench

lint: setup ## ruff
	$(BIN)/ruff check camscan tests tools bench

types: setup ## mypy --strict on camscan/
	$(BIN)/mypy

fp: setup ## every fingerprint example against all rules
	$(BIN)/camscan fp lint

fp-score: setup ## how right the fingerprints are over devices that they do not know
	$(BIN)/python -m bench.score

# To Hypothesis, an example that a time limit cuts short is a test that fails now and then.
fuzz: setup compiled ## the fuzz tests with many more examples
	$(BIN)/python -m pytest -k test_fuzz --hypothesis-profile=long --timeout 3600

offline: setup compiled ## all tests in a namespace without any network (needs root or user namespaces)
	unshare --net --map-root-user sh -c 'ip link set lo up || exit 1; status=0; \
	  $(PYTEST) -m "alone and not peer" || status=1; \
	  $(PYTEST) -m "not alone and not peer" $(BESIDE) || status=1; exit $$status'

docs: setup ## write the generated pages of docs/ again
	$(BIN)/python tools/commands_doc.py
	$(BIN)/python tools/sent_doc.py
	$(BIN)/python tools/man_page.py

bench: setup compiled ## speed and memory, printed as ratios
	$(BIN)/python -m bench
	$(BIN)/python -m bench estate

wheel: setup ## dist/*.whl and dist/*.tar.gz; with CAMSCAN_COMPILE=1 the wheel is compiled
	$(BIN)/python -m build --no-isolation --outdir dist .

image: ## the container image (podman or docker)
	$$(command -v podman || command -v docker) build -t camscan .

pins: setup ## renew requirements/*.txt (needs pip-tools)
	cd requirements && for name in runtime pdf dev build peers; do \
	  pip-compile --quiet --generate-hashes --strip-extras --no-emit-index-url \
	    --no-emit-trusted-host --no-emit-find-links --no-emit-options --no-header --allow-unsafe \
	    --no-annotate -o $$name.txt $$( [ $$name = runtime ] && echo ../pyproject.toml || echo $$name.in ); done

clean: ## remove what the targets made
	rm -f camscan/sources/flows/*.so
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
