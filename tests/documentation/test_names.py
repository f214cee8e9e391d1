"""The names and the docstrings of the program: one name, one meaning, and a subject up front."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from reftrack.cli.catalogue import COMMANDS
from tests.support.places import ROOT

SOURCE = ROOT / "src" / "reftrack"

# The names that several modules may define, each with the reason.
SHARED = {
    "show_screen": "display.py chooses between the two that print it: views.py and plain.py",
    "show_facts": "display.py chooses between the two that print it: views.py and plain.py",
    # Rules and their wording are still to be told apart by name.
    "clause": "a clause of a letter, and the reason why nothing is owed",
    "listed": "a list in an answer, and a list in a letter",
    "not_owed": "the reasons why nothing is owed, and the words for them",
    "on_person": "the rules that an event on a person affects, and the words for such an event",
}

# A sentence that begins so has no subject that a stranger knows.
RIDDLES = (
    *("What", "Whatever", "Who", "Whoever", "Whom", "Whose", "Those", "How", "Whether", "As"),
    *("When", "Where", "Which"),
)


# Tests and tools say in theirs when and where something holds, so fewer words are riddles there.
TOOLS = ("tests", "torture", "benchmarks", "demo", "docs")
PRONOUNS = ("What", "Whatever", "Who", "Whoever", "Whom", "Whose", "Those", "How", "Whether")


def modules(folder: Path = SOURCE) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts)
        yield name, parsed(path)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def public_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def shared(sites: list[tuple[str, ast.Module]]) -> dict[str, list[str]]:
    """The public names that several modules define, with these; a command and its use case are one."""
    found: dict[str, list[str]] = defaultdict(list)
    for module, tree in sites:
        for name in public_names(tree):
            found[name].append(module)
    return {
        name: where
        for name, where in found.items()
        if len(where) > 1 and not is_a_verb(name, where)
    }


def is_a_verb(name: str, where: list[str]) -> bool:
    """True if it is a command with the use case that it calls, both named by their verb."""
    layers = sorted(".".join(module.split(".")[:2]) for module in where)
    return (
        name.rstrip("_").replace("_", "-") in COMMANDS
        and len(layers) == 2
        and layers[0].startswith("application.")
        and layers[1] == "cli.commands"
    )


def test_one_public_name_has_one_meaning() -> None:
    """A name that a reader knows from one module means the same in every other."""
    found = shared(list(modules()))
    assert {name: where for name, where in found.items() if name not in SHARED} == {}
    assert set(SHARED) - set(found) == set(), "no longer shared: take them out of the table"


@pytest.mark.parametrize(
    ("sites", "is_allowed"),
    [
        (["application.touches", "cli.commands.touches"], True),
        (["application.touches", "application.naming"], False),
        (["application.touches", "cli.commands.touches", "store.reader"], False),
        (["application.touches", "cli.output"], False),
    ],
)
def test_a_command_shares_its_name_with_its_use_case_alone(
    sites: list[str], is_allowed: bool
) -> None:
    tree = ast.parse("def thank(): pass")
    assert (shared([(site, tree) for site in sites]) == {}) is is_allowed


def docstrings(folder: Path = SOURCE) -> Iterator[tuple[str, str, str]]:
    """Each docstring, private ones and those below values too, with its module and name."""
    for module, tree in modules(folder):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                continue
            name = "" if isinstance(node, ast.Module) else node.name
            if (text := ast.get_docstring(node)) is not None and not is_help(module, name):
                yield module, name, text
            for value, text in told_below(node.body):
                yield module, f"{name}.{value}", text


def told_below(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each value of a module or a class under which a text tells what it is, with that text."""
    for value, below in pairwise(body):
        match value, below:
            case (
                ast.Assign(targets=[target]) | ast.AnnAssign(target=target),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                yield ast.unparse(target), text


def is_help(module: str, name: str) -> bool:
    """True if the docstring is the help of a command, which speaks to users."""
    is_command = module.startswith("cli.commands.") and name.rstrip("_") in COMMANDS
    return is_command or (module, name) == ("cli.app", "root")


def first_word(text: str) -> str:
    found = re.match(r"\w+", text)
    return found.group() if found else ""


def test_a_docstring_begins_with_its_subject() -> None:
    """None begins with a pronoun or a question, which a stranger has to solve first."""
    found = {(module, name) for module, name, text in docstrings() if first_word(text) in RIDDLES}
    assert found == set()


@pytest.mark.parametrize("folder", TOOLS)
def test_a_docstring_of_a_test_or_a_tool_names_its_subject(folder: str) -> None:
    """None begins with a pronoun, as in the program."""
    said = list(docstrings(ROOT / folder))
    assert len(said) > 5
    assert {each[:2] for each in said if first_word(each[2]) in PRONOUNS} == set()


def test_the_tree_is_looked_through() -> None:
    """The tests above would pass on an empty folder."""
    names = {module for module, _ in modules()}
    assert {"cli.app", "store.journal", "rules.rulebook", "application.session"} <= names
