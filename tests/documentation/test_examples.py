"""Every command that the documentation shows is one, and does what the page says."""

from __future__ import annotations

import re
import shlex

import pytest
from typer import exceptions

from examples import Untrue, filled
from generate import pages
from reftrack.cli.app import whole_command
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.invocation import Invocation
from reftrack.errors import ReftrackError
from tests.support.places import ROOT

WRITTEN = [name for name in pages() if name.endswith(".md") and name != "commands.md"]

# Words in capitals are for the reader to put in; these stand for what is no plain word.
PLACEHOLDERS = {"ANSWERS": "--agreed", "N": "3"}

# Up to what ends a command in a shell, or a sentence around it.
COMMAND = re.compile(r"\breftrack(?: +(?:\"[^\"\n]*\"|'[^'\n]*'|(?!\d>)[^\s`|;&<>()\"'…]+))+")


def commands_in(page: str) -> list[str]:
    """The command lines that a page names or shows, as they stand there."""
    fence = re.compile(r"^```[^`\n]*\n(.*?)^```$", re.DOTALL | re.MULTILINE)
    inline = [" ".join(code.split()) for code in re.findall(r"`([^`]+)`", fence.sub("", page))]
    shown = [code for code in inline if code.startswith("reftrack ")]
    return [line for part in [*shown, *fence.findall(page)] for line in COMMAND.findall(part)]


def parse(line: str) -> None:
    """Reads a command line as the program does, and does nothing; raises where it would refuse."""
    _, *words = shlex.split(line, comments=True)
    words = [PLACEHOLDERS.get(word, word) for word in words]
    if "--db" in words:  # understood before and behind the command
        del words[words.index("--db") : words.index("--db") + 2]
    group = whole_command()
    with group.make_context("reftrack", words, obj=Invocation()) as context:
        rest = [*context._protected_args, *context.args]
        name, found, left = group.resolve_command(context, rest)
        assert found is not None, name
        if "--help" not in left:
            found.make_context(name, left, parent=context)


@pytest.mark.parametrize("name", WRITTEN)
def test_commands_in_pages_are_commands(name: str) -> None:
    """A command in any page or block is one that there is, with options that it has."""
    refused = []
    for line in commands_in((ROOT / "docs" / name).read_text(encoding="utf-8")):
        try:
            parse(line)
        except (ReftrackError, exceptions.TyperException) as error:
            refused.append(f"{line}: {error}")
    assert refused == []


def test_examples_in_the_help_are_commands() -> None:
    """The examples in the help of a command are commands, too."""
    for each in COMMANDS.values():
        parse(each.example)


@pytest.mark.parametrize(
    "line", ["reftrack thnak 12", "reftrack thank 12 --bye card", "reftrack merge A B C"]
)
def test_a_wrong_command_in_a_page_is_noticed(line: str) -> None:
    """The test above can fail."""
    assert commands_in(f"Say `{line}` then.") == commands_in(f"```\n{line}\n```") == [line]
    with pytest.raises((ReftrackError, exceptions.TyperException)):
        parse(line)


def test_a_page_shows_what_the_program_says() -> None:
    """Answers are put in, of a session in a book of its own, on files that the page shows."""
    page = """<!-- book: empty, 2026-11-20T15:00, Europe/London -->
```console
$ reftrack add Dana --from Sam
an answer of long ago
$ reftrack due --count
```

<!-- now: 2026-11-22T09:30 -->
```console
$ reftrack due | head -1
```

```text title="told.txt"
She signed
```

<!-- ends with 1 -->
```console
$ cat told.txt
$ reftrack thank 7
```"""
    shown = filled(page)
    assert "1  Dana, referred by Sam." in shown
    assert "ago" not in shown
    assert "--count\n2\n```" in shown
    assert "Sunday 22 November, 09:30. 2 overdue" in shown
    assert "$ cat told.txt\nShe signed\n$ reftrack thank 7\nerror: " in shown
    assert filled(shown) == shown


def test_a_page_shows_what_python_says() -> None:
    """A session goes on from block to block, and so do its names; a file is run by a session."""
    page = """```pycon
>>> for number in (1, 2):
...     print(number)
said long ago
>>> number
```

```pycon
>>> number + 1
```

```python title="sum.py"
print(40 + 2)
```

```console
$ python sum.py
```"""
    shown = filled(page)
    assert "...     print(number)\n1\n2\n>>> number\n2\n```" in shown
    assert ">>> number + 1\n3\n```" in shown
    assert "$ python sum.py\n42\n```" in shown
    assert filled(shown) == shown


@pytest.mark.parametrize(
    "page",
    [
        "```console\n$ reftrack thank 999\n```",
        "```\nreftrack thank 999 # no such referral\n```",
        "<!-- ends with 1 -->\n```\nreftrack due\n```",
        "```console\n$ rm reftrack.db\n```",
        "```\n$ reftrack due\nsaid long ago\n```",
        "```python\nprint(1)\n```",
        "```pycon\n>>> 1 / 0\n```",
        '```python title="wrong.py"\nprint(one)\n```\n```console\n$ python wrong.py\n```',
    ],
)
def test_a_page_that_cannot_be_true_is_refused(page: str) -> None:
    """A command that fails does not pass for an answer."""
    with pytest.raises(Untrue):
        filled(page)
