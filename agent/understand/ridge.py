"""Solves a kernel ridge regression: its weights, and what it would say of each row without having seen it.

Everything happens in the one (n, n) matrix of the similarities, a block of columns at a time: beside it only some
n × `BLOCK` numbers are held. Of the factor only the lower triangle counts; above it there are leftovers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from agent.understand.similarity import Matrix, Vectors

if TYPE_CHECKING:
    import torch

# Chosen on the tune split; what is measured hardly changes with half or twice as much.
RIDGE = 0.1
BLOCK = 2048


def factor_of(similarities: Vectors, block: int = BLOCK) -> torch.Tensor:
    """The lower triangle L with L Lᵀ = similarities + ridge, (n, n), which takes the place of `similarities`.

    Of `similarities` only the lower triangle is read.

    Raises `torch.linalg.LinAlgError` where they are no similarities: not positive definite.
    """
    # Not scipy: its OpenBLAS crashes on some 27,000 rows. Importing torch takes seconds.
    import torch

    similarities[np.diag_indices_from(similarities)] += np.float32(RIDGE)
    factor = torch.from_numpy(similarities)
    cholesky_in_place(factor, block)
    return factor


def cholesky_in_place(matrix: torch.Tensor, block: int = BLOCK) -> None:
    """The lower triangle of `matrix` (n, n), symmetric, becomes its Cholesky factor.

    Right-looking: a block of columns is solved, then its share taken from the columns behind it (Golub & Van Loan,
    Matrix Computations, 4th edition, 2013, 4.2.6).
    """
    import torch

    for start, end in _blocks(len(matrix), block):
        corner = matrix[start:end, start:end]
        corner.copy_(torch.linalg.cholesky(corner))
        below = matrix[end:, start:end]
        below.copy_(torch.linalg.solve_triangular(corner.mT, below, upper=True, left=False))
        for left, right in _blocks(len(below), block):
            behind = matrix[end + left :, end + left : end + right]
            behind.addmm_(below[left:], below[left:right].mT, alpha=-1)


def ridge(factor: torch.Tensor, targets: Matrix, block: int = BLOCK) -> tuple[Vectors, Matrix]:
    """The dual weights, and each row's prediction by all other rows: both shaped as `targets`, (n, columns).

    The closed form of leave-one-out: target - weight / diagonal of the inverse (Rasmussen & Williams,
    Gaussian Processes for Machine Learning, 2006, equation 5.12).
    """
    import torch

    solved = torch.from_numpy(targets.astype(np.float32))
    _forward(factor, solved, block)
    _backward(factor, solved, block)
    weights: Vectors = solved.numpy()
    return weights, targets - weights / inverse_diagonal(factor, block)[:, None]


def inverse_diagonal(factor: torch.Tensor, block: int = BLOCK) -> Vectors:
    """The diagonal of (L Lᵀ)⁻¹, (n,), from the lower triangle L: the squared lengths of the columns of L⁻¹.

    A few columns at a time, and only the rows where they are not zero: a third of n³ multiplications.
    """
    import torch

    found = np.empty(len(factor), dtype=np.float32)
    for start, end in _blocks(len(factor), block):
        columns = torch.eye(len(factor) - start, end - start, dtype=factor.dtype)
        _forward(factor[start:, start:], columns, block)
        found[start:end] = columns.square_().sum(dim=0).numpy()
    return found


def _forward(factor: torch.Tensor, right: torch.Tensor, block: int) -> None:
    """`right` (n, columns) becomes L⁻¹ `right`. torch's own solver would copy a part of the factor before it reads it."""
    import torch

    for start, end in _blocks(len(factor), block):
        rows, corner = right[start:end], factor[start:end, start:end]
        rows.addmm_(factor[start:end, :start], right[:start], alpha=-1)
        rows.copy_(torch.linalg.solve_triangular(corner, rows, upper=False))


def _backward(factor: torch.Tensor, right: torch.Tensor, block: int) -> None:
    """`right` (n, columns) becomes L⁻ᵀ `right`."""
    import torch

    for start, end in reversed(list(_blocks(len(factor), block))):
        rows, corner = right[start:end], factor[start:end, start:end]
        rows.addmm_(factor[end:, start:end].mT, right[end:], alpha=-1)
        rows.copy_(torch.linalg.solve_triangular(corner.mT, rows, upper=True))


def _blocks(size: int, block: int) -> Iterator[tuple[int, int]]:
    for start in range(0, size, block):
        yield start, min(start + block, size)
