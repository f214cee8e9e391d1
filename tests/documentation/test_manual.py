"""The manual page: what `man reftrack` shows is what the program knows."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib

import pytest

from reftrack.cli.catalogue import COMMANDS
from tests.support.driver import TIMEOUT
from tests.support.places import ROOT

PAGE = ROOT / "docs" / "reftrack.1"


def said_by(*command: str) -> str:
    """The output of a program on the page, errors too; it has to end well."""
    done = subprocess.run([*command, str(PAGE)], capture_output=True, check=False, timeout=TIMEOUT)
    assert done.returncode == 0, done
    return (done.stdout + done.stderr).decode("utf-8")


def shown() -> str:
    """The page as a reader sees it, on one line."""
    text = said_by("groff", "-man", "-Tutf8", "-P-cbou", "-rLL=200n")
    return " ".join(text.split())


@pytest.mark.skipif(not shutil.which("mandoc"), reason="no mandoc here")
def test_mandoc_finds_nothing_to_say() -> None:
    """Not even a question of style."""
    assert said_by("mandoc", "-Tlint", "-Wall") == ""


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
def test_groff_finds_nothing_to_say() -> None:
    """With all of its warnings."""
    assert said_by("groff", "-man", "-ww", "-z") == ""


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
def test_the_page_shows_every_command_as_its_help_does() -> None:
    """With its purpose, its options and its example, each sign as it has to be typed."""
    text = shown()
    for name, command in COMMANDS.items():
        assert f"reftrack {name} [OPTIONS]" in text
        assert f"Example: {command.example}" in text
    assert "--source-company TEXT The source's." in text
    assert "When it happened: 'yesterday 15:00', '2h ago'." in text
    assert "130 interrupted" in text
    assert "REFTRACK_TZ the time zone" in text


def test_no_line_of_the_source_is_taken_for_a_request() -> None:
    """A point or a quote begins a line only where a request is meant."""
    known = {".TH", ".nh", ".ad", ".SH", ".SS", ".TP", ".B", ".RS", ".RE", ".PP", ".IP"}
    lines = PAGE.read_text(encoding="ascii").splitlines()
    assert {line.split()[0] for line in lines if re.match(r"[.']", line)} <= known
    assert len([line for line in lines if line == ".RS"]) == lines.count(".RE")


def test_the_page_comes_with_an_installation() -> None:
    """Where `man` looks for it beside the command."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    assert shared == {"docs/reftrack.1": "share/man/man1/reftrack.1"}
    assert PAGE.is_file()
