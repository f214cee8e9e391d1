"""The distributions: what is packed, for those who install it and for those who build it anew."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from reftrack import __version__
from tests.support.places import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution of this tree."""
    folder = tmp_path_factory.mktemp("dist")
    building = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    subprocess.run(building, cwd=ROOT, check=True, capture_output=True)
    return folder


def of_sources(built: Path) -> set[str]:
    """The files of the source distribution, below its one folder."""
    above = f"reftrack-{__version__}/"
    with tarfile.open(built / f"reftrack-{__version__}.tar.gz") as packed:
        return {name.removeprefix(above) for name in packed.getnames()}


def test_the_sources_are_all_that_git_has(built: Path) -> None:
    """The unpacked sources can be checked, tested and built: nothing of them lies in git alone."""
    if not (ROOT / ".git").exists():
        pytest.skip("an unpacked source distribution: there is no git to compare it with")
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    tracked = {name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()}
    assert "tests/test_package.py" in tracked
    assert of_sources(built) == tracked | {"PKG-INFO"}


def test_the_wheel_is_all_of_the_package(built: Path) -> None:
    """Templates, shells and the marker that its types may be relied on, too; and no test."""
    with zipfile.ZipFile(built / f"reftrack-{__version__}-py3-none-any.whl") as packed:
        names = set(packed.namelist())
    package = {
        name.removeprefix("src/") for name in of_sources(built) if name.startswith("src/reftrack/")
    }
    assert {"reftrack/py.typed", "reftrack/wording/templates/thank-referral.j2"} <= package
    assert {name for name in names if name.startswith("reftrack/")} == package
    assert {name.split("/")[0] for name in names - package} == {
        f"reftrack-{__version__}.dist-info",
        f"reftrack-{__version__}.data",
    }


def test_both_carry_the_licence(built: Path) -> None:
    """It goes wherever the program goes."""
    with zipfile.ZipFile(built / f"reftrack-{__version__}-py3-none-any.whl") as packed:
        assert f"reftrack-{__version__}.dist-info/licenses/LICENSE" in packed.namelist()
    assert "LICENSE" in of_sources(built)
