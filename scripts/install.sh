#!/bin/sh
# Makes the virtual environment: locked packages, the CPU build of PyTorch, llama.cpp for this processor.
#
# usage: scripts/install.sh PYTHON VENV
set -eu

python=$1
venv=$2
torch=2.13.0
llama=0.3.36

say() { printf '\033[1m%s\033[0m\n' "$*"; }

"$python" - <<'PY' || exit 1
import sys
if sys.version_info < (3, 11):
    sys.exit(f"error: Kefu needs Python 3.11 or newer, this is {sys.version.split()[0]}; set PYTHON=python3.12, for example")
PY
for tool in cc c++ make; do
    command -v "$tool" >/dev/null || { echo "error: $tool is missing; on Debian: apt-get install build-essential" >&2; exit 1; }
done

if [ ! -x "$venv/bin/python" ]; then
    say "Virtual environment in $venv"
    "$python" -m venv "$venv" || { echo "error: on Debian: apt-get install python3-venv" >&2; exit 1; }
fi
pip() { "$venv/bin/python" -m pip --disable-pip-version-check "$@"; }

say "PyTorch $torch, CPU build"
if ! "$venv/bin/python" -c "import torch, sys; sys.exit(not torch.__version__.startswith('$torch'))" 2>/dev/null; then
    # A wheel that pip already knows of locally; else the CPU index, which uv knows by name. The default
    # index of pip would bring the CUDA build, several gigabytes that nothing here uses.
    pip install --quiet --no-index --no-deps "torch==$torch+cpu" 2>/dev/null || {
        pip install --quiet --require-hashes --no-deps -r requirements-uv.lock
        "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --no-deps --torch-backend cpu "torch==$torch" || {
            say "The CPU build cannot be reached; taking the default build, which is several gigabytes larger"
            pip install "torch==$torch"
        }
    }
fi

say "Locked packages"
pip install --quiet --progress-bar on --require-hashes --no-deps -r requirements.lock

say "llama.cpp $llama"
if ! "$venv/bin/python" -c "import importlib.metadata as m, sys; sys.exit(m.version('llama-cpp-python') != '$llama')" 2>/dev/null; then
    pip install --quiet --no-deps "$(sh scripts/llama_wheel.sh "$venv/bin/python" $llama)"
fi

pip install --quiet --no-deps --no-build-isolation --editable .
say "Packages are ready"
