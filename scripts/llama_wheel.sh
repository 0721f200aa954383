#!/bin/sh
# Builds the llama-cpp-python wheel for this machine once and keeps it; prints the wheel's path.
#
# usage: scripts/llama_wheel.sh PYTHON VERSION
#
# It is built for this processor, but without AMX: with GCC 12 on processors that have AMX, llama.cpp 0.3.36
# crashes in ggml_backend_amx_mul_mat at the first token, and pip's own cache cannot tell such a wheel apart.
# The cache (KEFU_CACHE_DIR, by default ~/.cache/kefu) only saves time.
set -eu

python=$1
version=$2
flags="-DLLAVA_BUILD=OFF -DLLAMA_BUILD_COMMON=OFF -DLLAMA_CURL=OFF"
no_amx="-mno-amx-tile -mno-amx-int8 -mno-amx-bf16"
cc=${CC:-cc}
if echo 'int x;' | "$cc" $no_amx -x c -c -o /dev/null - 2>/dev/null; then
    CFLAGS="${CFLAGS:-} $no_amx"
    CXXFLAGS="${CXXFLAGS:-} $no_amx"
    export CFLAGS CXXFLAGS
fi

processor=$(grep -m1 -E '^(model name|CPU part)' /proc/cpuinfo 2>/dev/null || uname -m)
extensions=$(grep -m1 -E '^(flags|Features)' /proc/cpuinfo 2>/dev/null || true)
compiler=$("$cc" --version | head -n 1)
abi=$("$python" -c 'import sys; print(sys.implementation.cache_tag)')
key=$(printf '%s' "$version|$flags|${CFLAGS:-}|$abi|$processor|$extensions|$compiler" | sha256sum | cut -c1-16)
folder="${KEFU_CACHE_DIR:-$HOME/.cache/kefu}/wheels/$key"

wheel=$(ls "$folder"/llama_cpp_python-"$version"-*.whl 2>/dev/null | head -n 1 || true)
if [ -z "$wheel" ]; then
    echo "Building llama.cpp for this processor: 15 minutes of processor time, only this once." >&2
    partial="$folder.partial.$$"
    mkdir -p "$partial"
    trap 'rm -rf "$partial"' EXIT
    CMAKE_ARGS="${CMAKE_ARGS:-} $flags" CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" \
        "$python" -m pip wheel --quiet --no-cache-dir --no-deps --no-binary llama-cpp-python \
        --wheel-dir "$partial" "llama-cpp-python==$version" >&2
    rm -rf "$folder"
    mv "$partial" "$folder"
    wheel=$(ls "$folder"/llama_cpp_python-"$version"-*.whl | head -n 1)
fi
echo "$wheel"
