"""Solving in place, a block at a time, comes to what numpy says of the whole matrix."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.understand.ridge import RIDGE, cholesky_in_place, factor_of, inverse_diagonal, ridge
from agent.understand.similarity import Matrix, Vectors

SIZES = st.one_of(st.sampled_from([1, 2, 3, 4, 5, 7, 8, 9, 11, 12, 13]), st.integers(1, 40))
BLOCKS = st.sampled_from([1, 2, 3, 4, 8, 64])


def similarities(size: int, seed: int) -> Vectors:
    """Symmetric and positive definite, ones on the diagonal, as `Similarity.square` gives them."""
    points = np.random.default_rng(seed).normal(size=(size, 4))
    return np.exp(-((points[:, None] - points[None]) ** 2).sum(-1)).astype(np.float32)


def with_ridge(matrix: Vectors) -> Matrix:
    return matrix.astype(np.float64) + RIDGE * np.eye(len(matrix))


@settings(max_examples=80, deadline=None)
@given(SIZES, BLOCKS, st.integers(0, 99))
def test_the_factor_is_that_of_the_whole(size: int, block: int, seed: int) -> None:
    matrix = similarities(size, seed)
    expected = np.linalg.cholesky(with_ridge(matrix))
    factor = factor_of(matrix, block).numpy()
    np.testing.assert_allclose(np.tril(factor), expected, atol=2e-5)
    assert np.shares_memory(factor, matrix)


@settings(max_examples=80, deadline=None)
@given(SIZES, BLOCKS, st.integers(0, 99), st.data())
def test_weights_and_inverse_are_those_of_the_whole(
    size: int, block: int, seed: int, data: st.DataObject
) -> None:
    rows = data.draw(st.integers(1, size), label="rows of the leading part")
    matrix = similarities(size, seed)
    inverse = np.linalg.inv(with_ridge(matrix)[:rows, :rows])
    targets = np.random.default_rng(seed).normal(size=(rows, 3))
    factor = factor_of(matrix, block)[:rows, :rows]
    # What stands above the diagonal is left over, and must not count.
    factor += torch.triu(torch.full_like(factor, 1e6), diagonal=1)
    np.testing.assert_allclose(inverse_diagonal(factor, block), np.diag(inverse), rtol=1e-4)
    weights, held_out = ridge(factor, targets, block)
    np.testing.assert_allclose(weights, inverse @ targets, atol=2e-3)
    left_out = targets - inverse @ targets / np.diag(inverse)[:, None]
    np.testing.assert_allclose(held_out, left_out, atol=2e-3)


def test_what_is_no_similarity_is_refused() -> None:
    with pytest.raises(torch.linalg.LinAlgError):
        cholesky_in_place(torch.tensor([[1.0, 2.0], [2.0, 1.0]]), 1)


def test_held_out_predictions_are_those_of_a_model_without_the_message() -> None:
    random = np.random.default_rng(0)
    points = random.normal(size=(12, 3))
    kernel = np.exp(-((points[:, None] - points[None]) ** 2).sum(-1))
    targets = random.normal(size=(12, 2))
    weights, held_out = ridge(factor_of(kernel.astype(np.float32)), targets)
    assert np.allclose((kernel + 0.1 * np.eye(12)) @ weights, targets, atol=1e-3)
    others = np.arange(12) != 4
    without, _ = ridge(factor_of(kernel[np.ix_(others, others)].astype(np.float32)), targets[others])
    assert np.allclose(kernel[4, others] @ without, held_out[4], atol=1e-3)
