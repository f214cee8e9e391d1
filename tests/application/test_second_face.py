"""A second face: the morning on the page about Python, which no command line takes part in."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from reftrack import api
from reftrack.cli.catalogue import COMMANDS
from tests.support.places import ROOT

PAGE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
AFTERWARDS = (
    "; print(*[name for name in sys.modules if name.split('.')[:2] == ['reftrack', 'cli']])"
)


def test_a_morning_without_the_command_line(tmp_path: Path) -> None:
    """The program of the page asks, thanks and undoes as the page shows, and loads no `cli`."""
    (code,) = re.findall(r'```python title="morning.py"\n(.*?)```', PAGE, re.DOTALL)
    (shown,) = re.findall(r"\$ python morning.py\n(.*?)```", PAGE, re.DOTALL)
    assert len(code.splitlines()) <= 32
    (tmp_path / "morning.py").write_text(code, encoding="utf-8")
    running = f"import runpy, sys; runpy.run_path('morning.py'){AFTERWARDS}"
    told = subprocess.run(
        [sys.executable, "-c", running], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert told.stdout == f"{shown}\n"
    assert told.stderr == ""

    session = api.open_session(tmp_path / "morning.db", now=datetime(2026, 11, 20, 8))
    owing = api.owing(session, api.Asked(everything=True))
    assert owing is not None
    opened = [(each.rule.name, each.number) for each in owing.owed if each.status != "upcoming"]
    assert opened == [
        ("contact-prospect", "1"),
        ("contact-prospect", "2"),
        ("ask-preference", "@1"),
    ]


def test_the_page_names_what_the_api_has_not() -> None:
    """Every command is a function of its name, or of the other name that the page says, or not yet."""
    renamed = {"list": "list_referrals", "backup": "back_up"}
    first = PAGE.split("<!--", maxsplit=1)[0]
    assert all(
        f"`{command}` is `{name}`" in " ".join(first.split()) for command, name in renamed.items()
    )
    named = {renamed.get(command, command.replace("-", "_")): command for command in COMMANDS}
    assert set(renamed.values()) <= set(api.__all__)
    missing = {command for name, command in named.items() if name not in api.__all__}
    (listed,) = re.findall(r"So far (.*?) are\s+for the command line alone", first, re.DOTALL)
    assert set(re.findall(r"`([\w-]+)`", listed)) == missing


def test_all_that_the_api_names_has_a_docstring_that_begins_with_what_it_is() -> None:
    """Python's help on a name says what it promises."""
    untold = [
        name
        for name in api.__all__
        if callable(found := getattr(api, name)) and not (found.__doc__ or "")[:1].isupper()
    ]
    assert untold == []


def test_a_zone_and_an_instant_go_before_the_settings(tmp_path: Path) -> None:
    """A time without an offset is that of the clocks there; what lies later has not happened."""
    path = tmp_path / "book.db"
    session = api.open_session(path, zone="America/New_York", now=datetime(2026, 11, 20, 9))
    recorded = api.add(session, "Dana Ruiz", "Sam Ortiz")
    assert isinstance(recorded, api.Recorded)
    assert recorded.present.now.isoformat() == "2026-11-20T14:00:00+00:00"
    earlier = api.open_session(path, now=datetime(2026, 11, 19, 9))
    day = api.due(earlier)
    assert day is not None
    assert day.records == []
