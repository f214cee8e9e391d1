"""Where the files of the project are, for tests in whatever folder."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
ROOT = TESTS.parent
# A book of every version of the tables.
DATABASES = TESTS / "databases"
