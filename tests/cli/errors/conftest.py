"""Fixtures for the tests of errors."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _faults_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program's own is not to hide behind a sentence."""
    monkeypatch.setenv("REFTRACK_DEBUG", "1")
