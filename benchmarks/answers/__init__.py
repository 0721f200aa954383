"""Kefu beside the two things one would build instead, with the same model file, questions and tools.

`python -m benchmarks.answers` runs it; `docs/benchmarks.md` says what is measured and how.
"""
