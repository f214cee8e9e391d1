"""Nothing private is in a draft, nor in reach of a template."""

from __future__ import annotations

import dataclasses
from urllib.parse import unquote

import pytest

from reftrack.rules.rulebook import BY_NAME
from reftrack.wording import letters
from reftrack.wording.letters import (
    Letter,
    News,
    Trouble,
)
from tests.support.driver import Book
from tests.support.letters import CANARY, editor, secret_history
from tests.support.prepared import made_once
from tests.support.sweeps import SHARE


@pytest.fixture
@made_once
def secret(book: Book) -> Book:
    """That book, in December."""
    return book.at("2026-12-20T10:00:00Z").load(secret_history())


@pytest.mark.sweep
def test_no_canary_in_any_draft(secret: Book) -> None:
    """Every rule on every subject, by one way out or another, and what is said of those refused.

    The ways take turns, so that each meets every rule; a sweep takes all of them each time.
    """
    assert CANARY in secret("export").out
    subjects = ("1", "2", "3", "4", "@1", "@2", "@3")
    drafts = [[subject, *rule] for subject in subjects for rule in ((), *((r,) for r in BY_NAME))]
    count = 0
    for turn, draft in enumerate(drafts):
        ways = (["--by", "card"], ["--mailto"] if draft[1:] else ["--by", "call"])
        for way in ways if SHARE == 1 else [ways[turn % 2]]:
            result = secret("draft", *draft, *way, code=None)
            assert CANARY not in unquote(result.out + result.err)
            count += result.code == 0
    assert count > len(drafts) / 2


def test_no_canary_in_files_and_errors(secret: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor in a message file, in what an editor gets, or in what goes wrong."""
    kept = editor(secret, monkeypatch, 'cp "$1" "{folder}/seen.txt"')
    for number, rule in enumerate(BY_NAME):
        file = secret.folder / f"{number}.eml"
        secret("draft", "1", rule, "--eml", str(file))
        assert CANARY.encode() not in file.read_bytes()
        secret("draft", "1", rule, "--edit")
        assert CANARY not in (kept / "seen.txt").read_text(encoding="utf-8")
    own = secret.folder / "templates"
    own.mkdir()
    for source in (
        "{{ note }}",
        "{{ need }}",
        "{{ 1 / 0 }}",
        "{{ to.note }}",
        "{% if %}",
        "\udcff",
    ):
        (own / "thank-referral.j2").write_text(source, encoding="utf-8", errors="surrogateescape")
        result = secret("draft", "1", "thank-referral", code=2)
        assert CANARY not in result.out + result.err


def reachable(value: object) -> list[object]:
    """Everything that a template gets to from here, as the sandbox lets it: attributes, items."""
    environment = letters._environment(None)
    seen: dict[int, object] = {}
    left = [value]
    while left:
        it = left.pop()
        if id(it) in seen or (isinstance(it, str) and len(it) < 2):
            continue
        seen[id(it)] = it
        if isinstance(it, dict):
            left += [*it.keys(), *it.values()]
        elif isinstance(it, (tuple, list, set, frozenset)):
            left += it
        for name in dir(it):
            got = getattr(it, name, None)
            if environment.is_safe_attribute(it, name, got) and not isinstance(it, (str, int)):
                left.append(got)
    return list(seen.values())


def test_nothing_private_can_be_reached(secret: Book, handed: list[dict[str, object]]) -> None:
    """All that a template can get to is a word, a number, or one of three plain records."""
    for rule in BY_NAME:
        secret("draft", "1", rule)
        secret("draft", "@1", rule, code=None)
    assert len(handed) > 30
    things = reachable([value for seen in handed for value in seen.values()])
    for thing in things:
        if callable(thing):  # what tuples offer
            assert isinstance(getattr(thing, "__self__", None), (tuple, list)), thing
        else:
            assert isinstance(thing, (str, bool, int, tuple, list, News, Trouble)), thing
        if not isinstance(thing, list):
            assert not {"note", "need", "email", "phone", "company"} & set(dir(thing))
    assert not any(CANARY in thing for thing in things if isinstance(thing, str))


def test_letters_hold_words_alone() -> None:
    """The fields of what is handed over are words, yes or no, or more of these; none is private."""
    allowed = {"str", "bool", "tuple[str, ...]", "tuple[Trouble, ...]", "tuple[News, ...]"}
    for record in (Letter, News, Trouble):
        assert {field.type for field in dataclasses.fields(record)} <= allowed
        names = {field.name for field in dataclasses.fields(record)}
        assert not {"note", "need", "email", "phone", "company", "referral", "person"} & names
        methods = {name for name in vars(record) if not name.startswith("__")} - names
        assert methods == set()
        (_, slots) = ("", record.__slots__)
        assert set(slots) == names


HOSTILE = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ troubles.__class__ }}",
    "{{ live.__iter__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ ('' | attr('__class__')).__mro__ }}",
    "{{ '{0.__class__}'.format(to) }}",
    "{{ '%s' | format(to.__class__) }}",
    "{{ lipsum.__globals__ }}",
    "{{ cycler.__init__ }}",
    "{{ namespace() }}",
    "{{ range(10) }}",
    "{{ [to] | map(attribute='__class__') | list }}",
    "{{ letter.note }}",
    "{{ note }}",
    "{{ need }}",
    "{{ to.note }}",
    "{% include '/etc/passwd' %}",
    "{% include '../config.toml' %}",
    "{% import 'os' as os %}",
    "{% set x = troubles.append(1) %}",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_a_hostile_template_is_refused(sam: Book, source: str) -> None:
    """Nothing leads out of the sandbox, and the error says which file and line."""
    own = sam.folder / "templates"
    own.mkdir()
    (own / "thank-referral.j2").write_text(f"Dear {{{{ first }}}},\n{source}\n", encoding="utf-8")
    result = sam("draft", "1", code=None)
    if result.code == 0:  # Jinja leaves out what map() may not see
        assert result.out == "Dear Sam,\n[Undefined]\n"
        return
    assert result.code == 2
    assert result.out == ""
    assert f"{own / 'thank-referral.j2'}, line 2: " in result.err
    assert len(result.err.splitlines()) == 2
    assert "Traceback" not in result.err
