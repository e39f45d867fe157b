# One command a wish: the environment is made on first use, from constraints.txt.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test test-slow check table compare constraints clean

demo: .venv/ready        ## train, generate, simulate, certify, report
	$(BIN)/codesign run hls_projects/jet_tagger.toml

test: .venv/ready        ## every test that takes less than minutes
	$(BIN)/python -m pytest -m "not slow"

test-slow: .venv/ready   ## the tests that take minutes
	$(BIN)/python -m pytest -m slow

check: .venv/ready       ## lint, format, types, floors
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

table: .venv/ready       ## the results table of the README
	$(BIN)/python benchmarks/seed_result.py

compare: .venv/ready     ## firmware against the runtimes of this host, three networks
	$(BIN)/codesign compare hls_projects/jet_tagger.toml
	$(BIN)/codesign compare hls_projects/axol1tl_vae.toml
	test -e hls_projects/build/calo.npz || \
	  $(BIN)/codesign data make calo --events 20000 -o hls_projects/build/calo.npz
	test -e hls_projects/build/calo_full.npz || \
	  $(BIN)/codesign data make calo --geometry full --events 20000 -o hls_projects/build/calo_full.npz
	$(BIN)/codesign compare hls_projects/deepcalo.toml --beside hls_projects/deepcalo_full.toml

constraints: .venv/ready ## new versions of everything, for Python 3.11 to 3.13
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --all-extras --no-header --upgrade \
	  pyproject.toml -o constraints.txt

clean:                   ## the environment and everything that was built
	rm -rf .venv hls_projects/build

.venv/ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 11) <= v <= (3, 13) or \
	  sys.exit(f"Python 3.11 to 3.13 is needed, {v[0]}.{v[1]} found; set PYTHON=python3.12")'
	@command -v g++ > /dev/null || { echo "g++ is needed; install it (Debian: apt install g++)"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[train,hls,rtl,pnr,sweep,compare,dev]'
	@touch $@
