"""A rule is a row: all that a new one has to fill, and the file in which it is missing."""

from __future__ import annotations

import ast
import shlex
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

import reftrack
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.command_line import command_text
from reftrack.domain.events import ON_PERSON, ON_REFERRAL, TOUCH
from reftrack.domain.history import History
from reftrack.domain.referrals import Referral
from reftrack.hints import Blank, Command
from reftrack.rules import edition
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.policy import policy_of
from reftrack.rules.reasons import explained
from reftrack.rules.rulebook import BY_NAME, NEWS, RULEBOOK, Rule
from reftrack.wording.letters import Letter, written
from reftrack.wording.phrases import PHRASES
from tests.support.histories import DANA, MONDAY, SAM, UTC_TERMS
from tests.support.scenario import FOLDER

SOURCE = Path(reftrack.__file__).parent
PHRASES_FILE = "src/reftrack/wording/phrases.py"
RULEBOOK_FILE = "src/reftrack/rules/rulebook.py"

every_rule = pytest.mark.parametrize("rule", RULEBOOK, ids=lambda rule: rule.name)


@every_rule
def test_its_words_are_there(rule: Rule) -> None:
    """A line, a brief and the subject of a letter, and what is said where nothing is owed."""
    phrases = PHRASES.get(rule.name)
    assert phrases is not None, f"{PHRASES_FILE} has no row for {rule.name}"
    for name in ("line", "brief", "subject"):
        assert getattr(phrases, name), f"{PHRASES_FILE}: {rule.name} has no {name}"
    assert "{to}" in phrases.line, f"{PHRASES_FILE}: the line of {rule.name} names nobody"
    unknown = set(phrases.says_too) - set(BY_NAME)
    assert not unknown, f"{PHRASES_FILE}: {rule.name} says too what is no rule: {unknown}"
    if rule.is_occasion:
        assert all(phrases.counted), f"{PHRASES_FILE}: {rule.name} is an occasion without a count"


@every_rule
def test_its_template_is_there(rule: Rule) -> None:
    """A draft of it can be written."""
    path = SOURCE / "wording" / "templates" / f"{rule.name}.j2"
    assert path.is_file(), f"there is no src/reftrack/wording/templates/{rule.name}.j2"


def test_what_it_awaits_is_said() -> None:
    """Why nothing is owed yet, on a referral that was just received and on the two people."""
    referral = Referral(1, "referral-1", SAM.id, DANA.id, MONDAY)
    reading = Reading(History.of([SAM, DANA], [referral], []), UTC_TERMS)
    subjects: list[Subject] = [("referral", 1), ("person", SAM.id), ("person", DANA.id)]
    for each in (found for subject in subjects for found in explained(reading, subject)):
        if any(why.code == "awaits" for why in each.why_not):
            name = each.rule.name
            assert PHRASES[name].awaits, f"{PHRASES_FILE}: {name} does not say what it awaits"


# The rules that a touch on the referral can settle together with others: a line and a letter that
# do not speak of each would let it pass for done unseen.
TOGETHER = [rule for rule in RULEBOOK if rule.subject == "referral" and rule.done_by & TOUCH]


@pytest.mark.parametrize("rule", TOGETHER, ids=lambda rule: rule.name)
def test_it_is_spoken_of_beside_others(rule: Rule) -> None:
    """Where one touch settles it too, the line of the other has an addition, its letter words."""
    assert PHRASES[rule.name].addition, f"{PHRASES_FILE}: {rule.name} has no addition"
    other = next(each.name for each in TOGETHER if each is not rule and not says_too(each, rule))
    for way in ("email", "text", "call"):
        alone, both = (
            written(other, way, Letter("Sam Ortiz", "Sam", "Dana", "Dana", covers=covers))
            for covers in ((other,), (other, rule.name))
        )
        place = "src/reftrack/wording/templates/_parts.j2"
        assert len(both.split()) > len(alone.split()) + 1, f"{place}: {rule.name} has no besides"


def says_too(rule: Rule, other: Rule) -> bool:
    """The letter of the rule speaks of the other by itself."""
    return other.name in PHRASES[rule.name].says_too


@every_rule
def test_its_scenarios_are_there(rule: Rule) -> None:
    """A file of tables of its own, named by its number."""
    name = f"{rule.number:02}-{rule.name}.txt"
    assert (FOLDER / name).is_file(), f"there is no tests/scenarios/{name}"


@every_rule
def test_its_command_is_one_of_the_program(rule: Rule) -> None:
    """The command that settles it is there, and says what it is about."""
    command = rule.command.on("12")
    assert command.verb in COMMANDS, f"{RULEBOOK_FILE}: {rule.name} is settled by no command"
    words = [*command.subject, *(value for _, value in command.options)]
    assert "12" in words, f"{RULEBOOK_FILE}: the command of {rule.name} is about nothing"


@every_rule
def test_its_row_is_whole(rule: Rule) -> None:
    """It names kinds that there are, can end, and says what can affect it on people."""
    kinds = ON_REFERRAL if rule.subject == "referral" else ON_PERSON
    unknown = (rule.done_by | rule.moot_by) - kinds
    assert not unknown, (
        f"{RULEBOOK_FILE}: {rule.name} is ended by no kind on its subject: {unknown}"
    )
    assert rule.done_by or rule.done_too, f"{RULEBOOK_FILE}: nothing does {rule.name}"
    for text, by in ((rule.done_too, rule.done_too_by), (rule.moot_too, rule.moot_too_by)):
        assert bool(text) == bool(by), f"{RULEBOOK_FILE}: {rule.name} does not say what ends it too"
    affected = rule.affected_by
    is_said = bool(affected.own or affected.sent or affected.prospect)
    assert is_said == (rule.subject == "person"), f"{RULEBOOK_FILE}: affected_by of {rule.name}"
    assert not (rule.is_occasion and rule.is_news), f"{RULEBOOK_FILE}: the class of {rule.name}"


def test_the_tables_name_no_rule_that_is_not_there() -> None:
    """Each table keyed by a rule has the rows of the rulebook, in its order, and no other."""
    assert list(PHRASES) == list(BY_NAME), PHRASES_FILE
    templates = {p.stem for p in (SOURCE / "wording" / "templates").glob("[a-z]*.j2")}
    assert templates == set(BY_NAME), "src/reftrack/wording/templates"


def test_the_copy_that_a_count_reads() -> None:
    """A count for a prompt may not load the rulebook: what it knows of the classes is a copy."""
    occasions = tuple(rule.name for rule in RULEBOOK if rule.is_occasion)
    assert occasions == edition.OCCASIONS, "src/reftrack/rules/edition.py"
    next_steps = tuple(rule.name for rule in RULEBOOK if rule.is_next_step)
    assert next_steps == edition.NEXT_STEPS, "src/reftrack/rules/edition.py"
    assert {rule.name for rule in RULEBOOK if rule.is_news} == NEWS


def test_a_rulebook_that_changes_gets_another_version() -> None:
    """Projections are trusted by the version alone: other rows under the same one would lie.

    An opening that changes needs another version too, which no test can see.
    """
    rows = [
        (
            *(rule.name, rule.number, rule.subject, rule.to, rule.on_expansions),
            *(rule.is_occasion, rule.is_news),
            *(sorted(kinds) for kinds in (rule.done_by, rule.moot_by)),
        )
        for rule in RULEBOOK
    ]
    edition_now = sha256(repr([rows, policy_of().text()]).encode()).hexdigest()[:16]
    assert EDITIONS.get(edition.RULEBOOK_VERSION) == edition_now, (
        "src/reftrack/rules/edition.py: count RULEBOOK_VERSION up, and add it to EDITIONS here"
    )


# What the rows of each version of the rulebook decide, as the kept rows of every book stand on it.
EDITIONS = {1: "b34845c27fd62a68", 2: "0d592a85ee59e89e"}

# Where several rules may stand in one list: the table of their words, the copy for a count, a
# dispatch to functions.
SEVERAL = {"wording/phrases.py", "rules/edition.py", "rules/not_owed.py"}


def rules_in_one_list(path: Path) -> Iterator[set[str]]:
    """The names of rules in each list, set, tuple or table of this module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        each: list[ast.expr] = []
        if isinstance(node, ast.List | ast.Set | ast.Tuple):
            each = node.elts
        elif isinstance(node, ast.Dict):
            each = [key for key in node.keys if key is not None]
        yield {
            e.value
            for e in each
            if isinstance(e, ast.Constant) and isinstance(e.value, str) and e.value in BY_NAME
        }


def rules_in_one_statement(path: Path) -> Iterator[set[str]]:
    """The names of rules in each piece of SQL of this module."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield {name for name in BY_NAME if f"'{name}'" in node.value}


def test_no_module_keeps_a_list_of_rules_by_hand() -> None:
    """Traits that several rules share stand in their rows, so that a new one is not left out."""
    lists = {}
    for path in SOURCE.rglob("*.py"):
        found = [rules for rules in rules_in_one_list(path) if len(rules) > 2]
        found += [rules for rules in rules_in_one_statement(path) if len(rules) > 1]
        if found:
            lists[path.relative_to(SOURCE).as_posix()] = sorted(found[0])
    unknown = {name: rules for name, rules in lists.items() if name not in SEVERAL}
    assert not unknown, f"lists of rules in src/reftrack: see {RULEBOOK_FILE}"
    assert not SEVERAL - lists.keys(), "they list no rules any more"


# Commands as values.


@pytest.mark.parametrize(
    ("command", "line", "given"),
    [
        (Command("thank", ("12",)), "reftrack thank 12", ["thank", "12"]),
        (
            Command("tell", ("12",), (("by", "call"),)),
            "reftrack tell 12 --by call",
            ["tell", "12", "--by", "call"],
        ),
        (Command("tell", ("@7",)), "reftrack tell @7", ["tell", "@7"]),
        (
            Command("contact", ("12",), (("no-answer", None),)),
            "reftrack contact 12 --no-answer",
            ["contact", "12", "--no-answer"],
        ),
        (
            Command("refer", (Blank("NAME"),), (("to", "@7"),)),
            "reftrack refer NAME --to @7",
            ["refer", "NAME", "--to", "@7"],
        ),
        (
            Command("refer-out", ("12",), (("to", Blank("PERSON")),)),
            "reftrack refer-out 12 --to PERSON",
            ["refer-out", "12", "--to", "PERSON"],
        ),
        (
            Command("tell", ("12",), (("text", "It's done; rm -rf /"),)),
            """reftrack tell 12 --text 'It'"'"'s done; rm -rf /'""",
            ["tell", "12", "--text", "It's done; rm -rf /"],
        ),
        (Command("show", ("Ana",)), "reftrack show Ana", ["show", "Ana"]),
        (Command("show", ("@7 or so",)), "reftrack show '@7 or so'", ["show", "@7 or so"]),
        (Command("note", ("12", "")), "reftrack note 12 ''", ["note", "12", ""]),
    ],
)
def test_a_command_is_typed(command: Command, line: str, given: list[str]) -> None:
    """A shell reads the line as the words that it was made of."""
    assert command_text(command) == line
    assert shlex.split(line) == ["reftrack", *given]


def test_options_of_a_command() -> None:
    """An option is added, found and left out without a word of text being read."""
    call = BY_NAME["announce-win"].command.on("12")
    assert call.option("by") == "call"
    assert call.without_option("by").option("by") is None
    assert call.without_option("by").with_option("by", "text").option("by") == "text"
    assert call.without_option("to") == call


def test_what_has_to_be_told_in_so_many_words() -> None:
    """The rules of the page that news of something else does not settle."""
    assert {rule.name for rule in RULEBOOK if rule.is_told_in_words} == {
        *("ask-introduction", "announce-win", "report-problem", "report-resolution"),
        "thank-chain",
    }
