"""The user's own templates in place of the program's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reftrack.errors import BadInput
from reftrack.wording import letters
from reftrack.wording.letters import (
    FORMS,
    Letter,
    visible,
    written,
)
from tests.support.driver import Book
from tests.support.letters import drafted
from tests.support.places import ROOT


def template(book: Book, name: str, source: str) -> Path:
    """A template of the user's own."""
    folder = book.folder / "templates"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(source, encoding="utf-8")
    return path


def test_ones_own_words(sam: Book) -> None:
    """A file of the same name stands in; one that extends the frame gets its greeting."""
    template(
        sam, "thank-referral.j2", "Dear {{ first }},\n  thanks for\n{{ about }}.\n{{ name }}\n"
    )
    assert drafted(sam, "1") == "Dear Sam,\n  thanks for\nDana Ruiz.\nRobin Hale"
    template(
        sam,
        "thank-referral.j2",
        '{% extends "_letter.j2" %}\n{% block note %}\nThanks for\n{{ about }}.\n{% endblock %}\n',
    )
    assert drafted(sam, "1") == "Dear Sam,\n\nThanks for Dana Ruiz.\n\nAll the best,\nRobin"
    assert drafted(sam, "1", "note-meeting").startswith("Dear Sam,\n\nDana Ruiz and I met.")


def test_the_documented_template_works(sam: Book) -> None:
    """Both examples of the documentation are templates, and every variable is listed there."""
    page = (ROOT / "docs" / "drafts.md").read_text(encoding="utf-8")
    examples = [part for part in page.split("```")[1::2] if "{{" in part]
    assert len(examples) == 2
    for example in examples:
        template(sam, "thank-referral.j2", example)
        for way in FORMS:
            assert "thousand thanks for Dana Ruiz." in drafted(sam, "1", "--by", way)
    listed_names = set(re.findall(r"`([a-z_]+)`", page))
    assert set(visible("thank-referral", "card", Letter("Sam", "Sam"))) <= listed_names


def test_ones_own_parts(sam: Book) -> None:
    """The parts that letters share can be replaced too, and a missing one is named."""
    template(sam, "_letter.j2", "{% block note %}{% endblock %}")
    assert drafted(sam, "1").startswith("Thank you for sending")
    path = template(sam, "_letter.j2", "fine\n{{ greeting_of_mine }}")
    assert f"{path}, line 2: 'greeting_of_mine' is undefined." in sam("draft", "1", code=2).err
    path.unlink()
    template(sam, "_parts.j2", "{% macro hello() %}Hi{% endmacro %}")
    result = sam("draft", "1", code=2)
    assert f"a template in {sam.folder / 'templates'}: " in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("a\nb\n{{ abuot }}", "line 3: 'abuot' is undefined."),
        ("{% if %}", "line 1: Expected an expression"),
        ("{% block note %}", "line 1: Unexpected end of template"),
        ("a\n{{ to | nope }}", "line 2: No filter named 'nope'."),
        ("{{ 1 / 0 }}", "line 1: ZeroDivisionError."),
        ('{% include "thank-referral.j2" %}', "line 1: RecursionError."),
        ('{% extends "mine.j2" %}', "line 1: mine.j2."),
    ],
)
def test_a_mistake_in_ones_own_names_file_and_line(sam: Book, source: str, said: str) -> None:
    """Two lines, exit 2, never a traceback."""
    path = template(sam, "thank-referral.j2", source)
    result = sam("draft", "1", code=2)
    assert result.err.startswith(f"error: {path}, {said[:-1]}")
    assert "Mend it" in result.err
    assert len(result.err.splitlines()) == 2


def test_a_template_that_cannot_be_read(sam: Book) -> None:
    """Said as it is: not UTF-8, or not readable."""
    path = template(sam, "thank-referral.j2", "")
    path.write_bytes(b"\xff\xfe")
    assert f"the template {path} is not UTF-8" in sam("draft", "1", code=2).err
    path.unlink()
    path.mkdir()
    assert f"the template {path} cannot be read" in sam("draft", "1", code=2).err


def test_a_fault_of_reftracks_own_is_not_blamed_on_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a template of theirs there is nothing for them to mend."""
    monkeypatch.setattr(letters, "visible", lambda *_: {"form": "note"})
    with pytest.raises(Exception, match="undefined") as fault:
        written("thank-referral", "card", Letter("Sam", "Sam"))
    assert not isinstance(fault.value, BadInput)


@pytest.mark.parametrize("key", ["name", "why_me", "ideal_client"])
def test_the_writers_words_are_checked(book: Book, key: str) -> None:
    """Text on one line and of a length; a slip of the key names the right one."""
    for value, said in (("3", f"{key} is not text"), (f'"{"x" * 600}"', f"{key} has 600")):
        assert said in book.configure(f"{key} = {value}")("due", code=2).err
    book.configure(f'{key}s = "x"')
    assert f"Did you mean {key}?" in book("due", code=2).err
    book.configure(f'{key} = ""')("due")
    book.configure(f'{key} = "{{{{ to }}}} {{% if %}}"')
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    for rule in ("thank-referral", "educate-source"):
        book("draft", "1", rule)  # a value is never a template
