# What is run here by hand, by .ci/run, by the hooks and by the workflows: `just` lists it.
# Get it with `pip install rust-just`. `just setup` makes the environment that the others use.

set positional-arguments

root := justfile_directory()

# SEARCHLIB_PYTHON names the Python of another environment, SEARCHLIB_BASE_PYTHON what it is made of.
export SEARCHLIB_PYTHON := env("SEARCHLIB_PYTHON", root / (if os_family() == "windows" { ".venv/Scripts/python.exe" } else { ".venv/bin/python" }))
base_python := env("SEARCHLIB_BASE_PYTHON", if os_family() == "windows" { "python" } else { "python3" })

# What the recipes write, none of it under version control.
made := root / "build"

# What every Python is tried with: doctests, one module at a time, the commands. About a minute.
short_tests := "searchlib tests/unit tests/cli"

# What depends on Whoosh, and so is run with whoosh3 in the place of whoosh-reloaded too.
whoosh_tests := "tests/unit/files tests/unit/segment tests/unit/store tests/unit/whoosh tests/property/test_ranking.py tests/stateful tests/damage tests/whoosh/test_article_reader.py tests/whoosh/test_article_programs.py"

_default:
    @just --list --unsorted

# Make .venv and compile the kernels: `just setup`, or with more extras `just setup test,lint`
setup extras="test":
    {{ base_python }} -m venv .venv
    "$SEARCHLIB_PYTHON" -m pip install -q -e ".[$1]"

# Make .venv with what searchlib and some of its extras need, but not searchlib: nothing is compiled
environment *extras="test":
    {{ base_python }} -m venv .venv
    "$SEARCHLIB_PYTHON" .ci/install_requirements.py "$@"

# Install the requirements of more extras into the environment: `just requirements lint docs`
requirements *extras:
    "$SEARCHLIB_PYTHON" .ci/install_requirements.py "$@"

# Run tests; arguments are pytest's: `just test -k horses`
test *arguments:
    "$SEARCHLIB_PYTHON" -m pytest "$@"

# Run the doctests, the unit tests and those of the commands
short *arguments:
    "$SEARCHLIB_PYTHON" -m pytest -q {{ short_tests }} "$@"

# Run what needs nothing of POSIX, for Windows: doctests, unit tests and property tests
portable *arguments:
    "$SEARCHLIB_PYTHON" -m pytest -q searchlib tests/unit tests/property "$@"

# Run the tests of the kernels in a copy, compiled with bounds checks
kernels *arguments: _checked
    cd "{{ made }}/checked" && PYTHONPATH=. "$SEARCHLIB_PYTHON" -m pytest -q -m kernels "$@"

# Run tests in a copy where nothing is compiled; without arguments those of the kernels
plain *arguments: (_copy "plain")
    [ $# -gt 0 ] || set -- -q -m kernels; cd "{{ made }}/plain" && PYTHONPATH=. "$SEARCHLIB_PYTHON" -m pytest "$@"

# Run the tests that depend on Whoosh with whoosh3, in an environment of their own
whoosh3 *arguments:
    "$SEARCHLIB_PYTHON" -m venv --clear "{{ made }}/whoosh3"
    "{{ made }}/whoosh3/bin/python" .ci/install_requirements.py test
    "{{ made }}/whoosh3/bin/python" -m pip uninstall -q -y whoosh-reloaded
    "{{ made }}/whoosh3/bin/python" -m pip install -q whoosh3
    "{{ made }}/whoosh3/bin/python" -m pytest -q {{ whoosh_tests }} "$@"

# Run Whoosh's own tests on our codec; PATH is an unpacked source distribution, else it is downloaded
whoosh-suite *path:
    "$SEARCHLIB_PYTHON" tests/whoosh/reference_suite.py "$@"

# Check style, types, layers and workflows
lint: style types layers workflows

# Check style and format
style:
    "$SEARCHLIB_PYTHON" -m ruff check .
    "$SEARCHLIB_PYTHON" -m ruff format --check .

# Check types, with mypy and pyright
types:
    "$SEARCHLIB_PYTHON" -m mypy
    "$SEARCHLIB_PYTHON" -m pyright --pythonpath "$SEARCHLIB_PYTHON"

# Check that imports point down, as ARCHITECTURE.md says
layers:
    "$SEARCHLIB_PYTHON" -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

# Hold the workflows, the actions and the forms for issues against GitHub's schemas
workflows:
    "$SEARCHLIB_PYTHON" -m check_jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
    "$SEARCHLIB_PYTHON" -m check_jsonschema --builtin-schema custom.github-workflows-require-timeout .github/workflows/*.yml
    "$SEARCHLIB_PYTHON" -m check_jsonschema --builtin-schema vendor.github-actions .github/actions/*/action.yml
    "$SEARCHLIB_PYTHON" -m check_jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
    "$SEARCHLIB_PYTHON" -m check_jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/[!c]*.yml
    "$SEARCHLIB_PYTHON" -m check_jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml

# Mend what ruff can mend
format:
    "$SEARCHLIB_PYTHON" -m ruff check --fix .
    "$SEARCHLIB_PYTHON" -m ruff format .

# Build the documentation into build/docs; warnings are errors
docs:
    "$SEARCHLIB_PYTHON" -m sphinx -W --keep-going docs build/docs

# Compare with tantivy and Whoosh: `just bench articles.jsonl --keep benchmarks/results`
bench *arguments:
    "$SEARCHLIB_PYTHON" -m benchmarks "$@"

# Show where a command spends its time: `just profile index articles.jsonl`
profile *command:
    mkdir -p "{{ made }}"
    "$SEARCHLIB_PYTHON" -m cProfile -o "{{ made }}/profile" -m searchlib "$@"
    "$SEARCHLIB_PYTHON" -c "import pstats; pstats.Stats('{{ made }}/profile').sort_stats('tottime').print_stats(40)"

# Build a wheel into dist, install it in a fresh environment and search with it
wheel:
    rm -rf dist "{{ made }}/installed"
    "$SEARCHLIB_PYTHON" -m pip wheel -q --no-deps --wheel-dir dist .
    {{ base_python }} -m venv "{{ made }}/installed"
    "{{ made }}/installed/bin/python" -m pip install -q dist/*.whl
    cd "{{ made }}/installed" && bin/python "{{ root }}/.ci/check_installed.py"

# Build wheels for all Pythons of this system, as [tool.cibuildwheel] says; Linux needs Docker
wheels *arguments:
    "$SEARCHLIB_PYTHON" -m cibuildwheel --output-dir dist "$@"

# Build the source distribution
sdist:
    "$SEARCHLIB_PYTHON" -m build --sdist --outdir dist .

# Fail unless TAG is that of the version, and the changelog has a section with its date
release-version tag:
    {{ base_python }} .ci/release_version.py "$1"

# Hours of tests: a hundred times as many examples, every fault, thousands of crafted indexes
nightly: examples faults crafted plain-suite

# Run the property tests with a hundred times as many examples
examples *arguments:
    SEARCHLIB_HYPOTHESIS=nightly "$SEARCHLIB_PYTHON" -m pytest -q tests/property "$@"

# Run all tests in a copy where nothing is compiled
plain-suite: (plain "-q")

# Have every call into the operating system fail, in turn
faults *arguments:
    "$SEARCHLIB_PYTHON" -m tests.damage.inject_faults "$@"

# Use thousands of indexes that nobody wrote, with kernels that check every access
crafted *arguments: _checked
    cd "{{ made }}/checked" && PYTHONPATH=. "$SEARCHLIB_PYTHON" -m tests.damage.craft_indexes "$@"

# A copy of what is or would be under version control; what was compiled there stays.
_copy name:
    "$SEARCHLIB_PYTHON" .ci/copy_tree.py "{{ made }}/$1"

_checked: (_copy "checked")
    cd "{{ made }}/checked" && SEARCHLIB_BOUNDS_CHECKS=1 "$SEARCHLIB_PYTHON" -m pip install -q --no-deps --upgrade --target "{{ made }}/checked-install" .
    cd "{{ made }}/checked" && cp -R "{{ made }}/checked-install/searchlib/kernels/." searchlib/kernels
    cd "{{ made }}/checked" && PYTHONPATH=. "$SEARCHLIB_PYTHON" -c "from tests.damage.craft_trials import has_bounds_checks as has; import sys; sys.exit(0 if has() else 'The kernels were not compiled with bounds checks: is there a C compiler?')"
