"""The share of each long sweep that is run: a part in `make test`, all of it in `make sweep`."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

# One case in so many where a sweep has a list of them; 1 stands for all, of random cases too.
SHARE = int(os.environ.get("REFTRACK_TEST_SHARE", "12"))

Test = TypeVar("Test", bound=Callable[..., Any])


def seeds(few: int, every: int, first: int = 0) -> Callable[[Test], Test]:
    """Gives a test `few` seeds of random cases, and `every` one in a sweep: always the same ones."""
    count = every if SHARE == 1 else few
    parametrize = pytest.mark.parametrize("seed", range(first, first + count))

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.sweep(parametrize(test))
        return marked

    return mark
