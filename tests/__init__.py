"""The tests. Assertions in tests.support say as much as those in a test do."""

import pytest

pytest.register_assert_rewrite("tests.support")
