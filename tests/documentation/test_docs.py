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
    """Skipped and failed proofs are told as plainly as those that hold."""
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
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")):
        text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        targets = re.findall(r'\]\(([^)#:]+)\)|src="([^":]+)"', text)
        for target in (a or b for a, b in targets):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_recipes_name_files_that_there_are() -> None:
    """Each file that CONTRIBUTING.md names is there; words in capitals are the reader's own."""
    recipes = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:src|tests|docs)/[^`\s]*)`", recipes)
    assert len(named) > 30
    missing = [
        name
        for name in named
        if not (ROOT / name).exists() and not re.search(r"/(?:NN-)?RULE\.", name)
    ]
    assert missing == []
    alone = set(re.findall(r"`(test_\w+\.py)`", recipes))
    assert alone <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def test_every_page_is_in_the_navigation() -> None:
    """Nobody has to guess the address of a page of the site."""
    site = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]
    listed = re.findall(r"'([\w-]+\.md)'", str(site["nav"]))
    assert sorted(listed) == sorted(page.name for page in (ROOT / "docs").glob("*.md"))


SOURCE = ROOT / "src" / "reftrack"


def rooms_in(plan: str) -> dict[str, set[str]]:
    """The modules that the plan of the house names, by the package under which they stand."""
    drawn = plan.split("```")[1]
    parts = re.split(r"^reftrack/(\S*)", drawn, flags=re.MULTILINE)[1:]
    return {
        package.rstrip("/"): set(re.findall(r"\b\w+\.py\b", text))
        for package, text in zip(parts[::2], parts[1::2], strict=True)
    }


def test_the_plan_of_the_house_names_every_module_under_its_package() -> None:
    """Nobody looks for a module in vain in the plan, or by the plan in the wrong place."""
    built: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        rooms = built.setdefault("/".join(path.relative_to(SOURCE).parent.parts), set())
        rooms |= {path.name} - {"__init__.py"}
    assert rooms_in((ROOT / "docs" / "house.md").read_text(encoding="utf-8")) == built


def test_a_module_that_the_plan_leaves_out_is_noticed() -> None:
    """One of the same name in another package, or in the prose below, does not stand for it."""
    plan = """The engine is courtesies.py.
```
reftrack/domain/     words
    people.py, times.py

reftrack/rules/
    steps.py     which; terms.py
```
`rules/morning.py` is in no drawing."""
    assert rooms_in(plan) == {
        "domain": {"people.py", "times.py"},
        "rules": {"steps.py", "terms.py"},
    }


def test_what_the_pages_call_a_module_is_one() -> None:
    """`store/x.py` in the prose, or `x.py` alone, is a file; so is no name of yesterday."""
    files = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py")}
    files |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "torture").rglob("*.py")}
    files |= {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    for page in ("docs/house.md", "CONTRIBUTING.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        named = set(re.findall(r"`([\w/]+\.py)`", text))
        assert len(named) > 15
        missing = [
            name
            for name in named
            if not (ROOT / name).exists()
            and not any(f"/{file}".endswith(f"/{name}") for file in files)
        ]
        assert missing == [], page


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
