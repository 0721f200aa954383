#!/bin/sh
# Builds llama.cpp's own server and benchmark once and keeps them; prints the folder that holds
# llama-server and llama-bench.
#
# usage: scripts/llama_server.sh PYTHON
#
# PYTHON is the one that Kefu is installed in. Both programs are linked against the libraries of its
# llama-cpp-python, from the source distribution of the same version; only what is theirs alone is compiled.
# The cache (KEFU_CACHE_DIR, by default ~/.cache/kefu) only saves time. KEFU_BUILD_JOBS is how many compilers
# run at once, by default one a core.
set -eu

python=$1
here=$(cd "$(dirname "$0")" && pwd)
version=$("$python" -c 'import importlib.metadata as m; print(m.version("llama-cpp-python"))')
libraries=$("$python" -c 'import sysconfig; print(sysconfig.get_path("platlib") + "/lib")')
key=$(cat "$libraries"/libllama.so "$libraries"/libllama-common.so "$libraries"/libggml-cpu.so "$here/llama_server/CMakeLists.txt" |
    sha256sum | cut -c1-16)
folder="${KEFU_CACHE_DIR:-$HOME/.cache/kefu}/server/$version-$key"

if [ ! -x "$folder/llama-server" ]; then
    for tool in cmake cc c++ make; do
        command -v "$tool" >/dev/null || { echo "error: $tool is missing; on Debian: apt-get install cmake build-essential" >&2; exit 1; }
    done
    echo "Building llama.cpp's server: some minutes of processor time, only this once." >&2
    partial="$folder.partial.$$"
    mkdir -p "$partial/bin"
    trap 'rm -rf "$partial"' EXIT
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --no-binary llama-cpp-python \
        --dest "$partial" "llama-cpp-python==$version" >&2
    tar -xzf "$partial/llama_cpp_python-$version.tar.gz" -C "$partial" "llama_cpp_python-$version/vendor/llama.cpp"
    cmake -S "$here/llama_server" -B "$partial/build" \
        -DLLAMA_SOURCE="$partial/llama_cpp_python-$version/vendor/llama.cpp" -DLLAMA_LIBRARIES="$libraries" >&2
    cmake --build "$partial/build" --target llama-server llama-bench --parallel "${KEFU_BUILD_JOBS:-$(nproc)}" >&2
    cp "$partial/build/bin/llama-server" "$partial/build/bin/llama-bench" "$partial/bin/"
    # Beside the programs, so that they run on when this environment is gone.
    cp "$libraries"/libggml*.so.[0-9] "$libraries"/libllama*.so.[0-9] "$partial/bin/"
    rm -rf "$folder"
    mv "$partial/bin" "$folder"
fi
echo "$folder"
