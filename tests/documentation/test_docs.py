"""The documentation says what the program says today."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from torture.proof import Proof

import generate
from reftrack.cli.catalogue import COMMANDS
from tests.support.driver import Book
from tests.support.places import ROOT


@pytest.mark.parametrize("name", generate.pages())
def test_pages_are_up_to_date(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python docs/generate.py` would change nothing: every answer in them is today's."""
    monkeypatch.setenv("COLUMNS", "80")
    assert generate.page(name) == (ROOT / "docs" / name).read_text(encoding="utf-8")


def test_the_figures_are_those_that_were_printed() -> None:
    """What was skipped, and what failed, is told as plainly as what holds."""
    kills = Proof("kill -9", figures={"rounds": 500, "seconds": 34.2})
    disks = Proof("full disks", figures={"faults": 12}, faults=["lost"], skipped=["no such disk"])
    devices = Proof("devices", figures={"seconds": 1}, skipped=["no device that is full"])
    said = "\n".join(
        line for proof in (kills, disks, devices) for line in ["… a proof", *proof.lines()]
    )
    assert generate.figures(f"{said}\n\nTogether\n  holds  kill -9  500 rounds\n").splitlines()[
        2:
    ] == [
        "| kill -9 | 500 rounds, 34.2 seconds | holds |",
        "| full disks | 12 faults, skipped: no such disk | FAILED |",
        "| devices | 1 seconds, skipped: no device that is full | skipped |",
    ]


def test_every_command_has_an_example_that_is_its_own() -> None:
    """The help shows how a command is used, by that command."""
    for name, command in COMMANDS.items():
        assert command.example.split()[:2] == ["reftrack", name]


def test_links_lead_somewhere() -> None:
    """Every file that a page links to is there."""
    for page in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        targets = re.findall(r'\]\(([^)#:]+)\)|src="([^":]+)"', text)
        for target in (a or b for a, b in targets):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_page_is_in_the_navigation() -> None:
    """Nobody has to guess the address of a page of the site."""
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    listed = re.findall(r"'([\w-]+\.md)'", str(site["nav"]))
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("floor", ["rules", "store", "exchange", "wording", "cli"])
def test_every_room_is_in_the_plan(floor: str) -> None:
    """Nobody looks for a module in vain in the plan of the house."""
    plan = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
    rooms = {path.name for path in (ROOT / "src" / "reftrack" / floor).glob("*.py")}
    assert {room for room in rooms - {"__init__.py"} if room not in plan} == set()


def test_the_configuration_page_is_a_configuration(book: Book) -> None:
    """The example in the documentation is read as it stands."""
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    book.configure(page.split("```toml")[1].split("```")[0])
    shown = book("rules").out
    assert re.search(r"thank-referral: .*source, 12h", shown)
    assert re.search(r"return-favour: .*  off  ", shown)


def test_the_pictures_are_up_to_date(tmp_path: Path) -> None:
    """`make pictures` would change nothing."""
    drawing = [sys.executable, str(ROOT / "demo" / "pictures.py"), str(tmp_path / "drawn")]
    subprocess.run(drawing, check=True, capture_output=True)
    drawn = {path.name: path.read_bytes() for path in (tmp_path / "drawn").iterdir()}
    kept = {path.name: path.read_bytes() for path in (ROOT / "docs" / "pictures").iterdir()}
    assert drawn.keys() == kept.keys()
    assert [name for name in kept if drawn[name] != kept[name]] == []
