"""Every answer: short, and with names as they were typed."""

from __future__ import annotations

import os
import re
from datetime import datetime, timedelta

from tests.support.driver import Book


def test_every_answer_is_short(two: Book) -> None:
    """One referral or person, one or two lines: what was recorded and what comes next."""
    for command in (
        ["thank", "1", "--by", "card"],
        ["contact", "1", "--no-answer"],
        ["contact", "1"],
        ["meet", "1"],
        ["win", "1"],
        ["tell", "1", "signed"],
        ["problem", "1", "late"],
        ["resolve", "1", "free"],
        ["done", "1"],
        ["deliver", "1"],
        ["rate", "1", "poor"],
        ["educate", "1"],
        ["lose", "2", "--why", "moved"],
        ["explain", "2"],
        ["contact", "2"],
        ["decline", "2", "--why", "far"],
        ["refer-out", "2", "--to", "Kim Wood"],
        ["missed", "@1"],
        ["call-back", "@1"],
        ["refer", "Lee Park", "--to", "@1"],
        ["review", "@1", "--agreed", "--delivered", "--happy"],
        ["ask", "@1"],
        ["wish", "@1", "--updates", "30d"],
        ["pause"],
        ["resume"],
        ["open-again", "@1"],
        ["waive", "2", "thank-referral", "--why", "x"],
        ["snooze", "@1", "--until", "thu"],
        ["add", "Kim Wood", "--from", "@1"],
    ):
        minute = timedelta(minutes=1)
        now = datetime.fromisoformat(os.environ["REFTRACK_NOW"]) + minute
        out = two.at(now.isoformat())(*command).out
        assert 1 <= out.count("\n") <= 2, out
        first, *rest = out.splitlines()
        assert first.endswith("."), out
        assert all(line.startswith(("Next, ", "To be told: ")) for line in rest), out


def test_names_are_shown_as_typed(book: Book) -> None:
    """A name that looks like markup or an emoji code is shown as it is, on a terminal too."""
    book("add", "[bold]x[/]", "--from", ":smile: [/] [red]")
    for command in (["due"], ["list"], ["show", "1"], ["show", "@1"], ["due", "--by-person"]):
        shown = re.sub(r"\x1b\[[0-9;]*m", "", book.screen(*command, columns=160).out)
        assert ":smile: [/] [red]" in shown
        assert "[bold]x[/]" in shown
