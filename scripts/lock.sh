#!/bin/sh
# Resolves pyproject.toml into requirements*.lock, with hashes, for every Python and platform.
#
# PyTorch and llama.cpp are left out: the one has other bytes in its CPU build, the other is built for the
# processor; scripts/install.sh pins both. What they need themselves is named below.
#
# usage: scripts/lock.sh VENV/bin
set -eu

bin=$1
[ -x "$bin/uv" ] || "$bin/python" -m pip install --quiet --require-hashes --no-deps -r requirements-uv.lock
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

printf '%s\n' "torch ; python_version < '0'" "llama-cpp-python ; python_version < '0'" >"$work/left-out.txt"
printf '%s\n' diskcache filelock fsspec jinja2 networkx numpy setuptools sympy typing-extensions wheel >"$work/theirs.in"

resolve() {
    "$bin/uv" pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
        --override "$work/left-out.txt" "$@"
}

resolve pyproject.toml "$work/theirs.in" -o requirements.lock
"$bin/python" -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"]["dev"], sep="\n")' >"$work/dev.in"
resolve --constraint requirements.lock "$work/dev.in" -o requirements-dev.lock
echo "uv" | resolve - -o requirements-uv.lock
