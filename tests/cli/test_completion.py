"""At TAB the shells offer what the book holds, quickly, harmlessly, and without ever failing."""

from __future__ import annotations

import os
import re
import select
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from reftrack.cli import offering
from reftrack.cli.bash import Typed, completion_reply
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.commands.completion import SHELLS
from reftrack.cli.offering import FILES, offers
from reftrack.cli.vocabulary import COMMANDS as KNOWN
from reftrack.cli.vocabulary import WORDS
from reftrack.rules.rulebook import RULEBOOK
from reftrack.wording.briefs import BRIEFS, brief_of
from tests.support.driver import TIMEOUT, Book
from tests.support.prepared import made_once

EVIL = 'Eve $(touch pwned) `touch pwned` ;touch pwned "q" \\ End'
NAMES = ["Dana Ruiz", "Paul O'Neil", EVIL, "Zoë Ångström", "Ann: Colon", "Back\\Slash Bob"]
ODD = "Vera <&>|*?[x]{a,b}#~ Bang!"

# What bash breaks words at unless it is told otherwise.
BREAKS = " \t\n\"'@><=;|&(:"


@pytest.fixture
@made_once
def named(book: Book) -> Book:
    """A book with names that could do harm; Sam sent them all."""
    for name in (*NAMES, ODD):
        book("add", name, "--from", "Sam Ortiz")
    return book


def values(*words: str) -> list[str]:
    """The values that are offered at the end of these words."""
    return [value for value, _ in offers(words)]


# What is offered.


def test_a_number_comes_with_its_name_and_what_is_owed(named: Book) -> None:
    """The most pressing first, each referral with what is owed next."""
    named.at("2026-11-20T16:00:00Z")("thank", "2")
    named("contact", "2")
    named("lose", "2", "--why", "A cousin does it")
    named("explain", "2")
    shown = offers(["thank", ""])
    assert shown[0] == ("1", "Dana Ruiz: thank Sam")
    assert "2" not in [value for value, _ in shown]  # it has ended: who wants it says its number
    assert offers(["show", "2"]) == [("2", "Paul O'Neil, lost")]
    assert ("@1", "Sam Ortiz") in shown
    assert values("thank", "1", "")[:1] == ["3"]
    assert values("meet", "") == ["1", "3", "4", "5", "6", "7"]


def test_people_are_offered_where_a_person_is_wanted(named: Book) -> None:
    """By number and by name, in options too; a referral's number is not."""
    assert values("due", "--for", "@1") == ["@1"]
    assert values("due", "--for", "sam") == ["Sam Ortiz"]
    assert values("due", "--for=sam") == ["--for=Sam Ortiz"]
    assert values("add", "Kim", "--from", "zoe ang") == ["Zoë Ångström"]
    assert values("missed", "1") == []
    assert values("merge", "@1", "@2") == ["@2"]
    assert values("find", "") == values("refer", "") == []


def test_a_former_name_is_offered_as_the_present_one(named: Book) -> None:
    """Where nobody has such a name now; a name that was undone nobody had."""
    named("edit", "@2", "--name", "Dana Moor")
    assert offers(["thank", "ruiz"]) == [("Dana Moor", "1 Dana Moor: thank Sam")]
    assert offers(["missed", "ruiz"]) == [("Dana Moor", "@2 formerly Dana Ruiz")]
    assert offers(["missed", "dana"]) == [("Dana Moor", "@2")]
    named("undo")
    assert offers(["missed", "moor"]) == []
    named("add", "Eva Moor", "--from", "Sam Ortiz")
    named("edit", "@2", "--name", "Dana Moor")
    named("edit", "@2", "--name", "Dana Hale")
    assert values("missed", "moor") == ["Eva Moor"]


def test_a_name_that_several_have_is_offered_once(named: Book) -> None:
    """The command asks back which is meant; what is offered says that it will."""
    named("add", "Dana Ruiz", "--from", "Paul O'Neil")
    ((value, said),) = offers(["meet", "dana"])
    assert value == "Dana Ruiz"
    assert said.startswith("several: 1 Dana Ruiz: thank Sam, 8 Dana Ruiz: ")


def test_commands_options_and_words_are_offered() -> None:
    """Without a book too; an option once, and none behind `--`."""
    assert values("") == list(COMMANDS)
    assert offers(["th"]) == [("thank", COMMANDS["thank"].purpose)]
    assert values("--") == ["--db", "--help", "--version"]
    assert "--count" in values("due", "--")
    assert values("due", "--count", "--c") == []
    assert values("thank", "1", "--by", "c") == ["card", "call"]
    assert values("rate", "1", "") == ["good", "poor"]
    assert values("edit", "@1", "--updates", "m") == ["milestones", "monthly"]
    assert values("completion", "") == list(SHELLS)
    assert values("due", "--", "--") == values("nonsense", "") == []
    assert offers(["import", ""]) == offers(["--db", ""]) == offers(["due", "--db="]) == FILES


def test_rules_are_offered_with_those_that_are_owed_first(named: Book) -> None:
    """Of a referral or a person; `all` only where it is understood."""
    named("contact", "1", "--no-answer")
    assert values("waive", "1", "")[0] == "thank-referral"
    assert values("waive", "@1", "")[0] == "ask-preference"
    assert sorted(values("why", "1", "")) == sorted(rule.name for rule in RULEBOOK)
    assert values("waive", "1", "al") == ["all"]
    assert values("snooze", "1", "--rule", "thank-c") == ["thank-chain"]


def test_a_database_named_on_the_line_is_looked_into(named: Book) -> None:
    """Before the command and behind it."""
    other = str(named.folder / "other.db")
    named("--db", other, "add", "Kim Wood", "--from", "Joe Kerr")
    assert offers(["--db", other, "meet", "1"]) == [("1", "Kim Wood: thank Joe")]
    assert offers(["meet", f"--db={other}", "1"]) == [("1", "Kim Wood: thank Joe")]


def test_steps_are_offered_by_number(named: Book) -> None:
    """The steps that stand, the newest first, to undo; the ones undone last to redo."""
    first = values("undo", "")
    assert first == sorted(first, key=int, reverse=True)
    assert first
    named("note", "1", "Mornings")
    newest = str(int(first[0]) + 1)
    assert values("undo", "")[0] == newest
    named("undo", newest)
    assert values("undo", "") == first
    ((number, said),) = offers(["redo", ""])
    assert number == newest
    assert said.startswith("1: ")
    assert values("redo", newest + "0") == []
    assert newest not in values("undo", newest)
    assert values("undo", "not") == []


def test_every_kind_of_value_is_thought_of() -> None:
    """A new one has to be offered something, or be counted among those that only the user knows."""
    only_the_user_knows = {
        *("TEXT", "WHEN", "N", "SPAN", "DATE", "PROSPECT…", "NAME", "TIME", "VALUE…", "AMOUNT"),
        *("FIELD=COLUMN", "RULES"),
    }
    kinds = {kind for _, places, _ in KNOWN.values() for kind in places}
    kinds |= {kind for _, _, options in KNOWN.values() for _, kind, _ in options if kind}
    offered = {
        kind
        for kind in kinds
        if kind in WORDS
        or kind in ("FILE", "PATH", "RULE", "STEP")
        or "|" in kind
        or any(word in kind for word in ("REF", "PERSON", "SOURCE", "INTO"))
    }
    assert kinds - offered <= only_the_user_knows


def test_every_rule_has_a_brief() -> None:
    """In the rulebook's order; the first name is enough where it is one."""
    assert list(BRIEFS) == [rule.name for rule in RULEBOOK]
    assert brief_of("thank-win", "Sam Ortiz") == "thank Sam for the sale"
    assert brief_of("thank-win", "J. Ortiz") == "thank J. Ortiz for the sale"
    assert brief_of("call-back", "Li Wei") == "call Li Wei back"


def test_a_merged_person_is_offered_no_more(named: Book) -> None:
    """Their referrals are, as the other's."""
    named("merge", "@3", "@2", "--yes")
    assert "@3" not in values("missed", "@")
    assert values("missed", "Paul") == []
    assert offers(["meet", "2"]) == [("2", "Dana Ruiz: thank Sam")]


# Never in the way.


def at_tab(
    book: Book, *words: str, shell: str = "zsh", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """The choices that a shell gets at TAB, from a process of its own."""
    return book.process("--complete", shell, *words, env={**os.environ, **environment})


@pytest.mark.parametrize("words", [["thank", ""], ["thank", "Da"], ["due", "--for", "@"]])
def test_a_book_that_cannot_be_read_offers_nothing(
    named: Book, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    """Missing, locked, damaged, of another version, a folder: no word, and no wait to speak of."""
    path = named.path
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    assert offers(words) == []
    assert 0.05 < time.monotonic() - began < 1.0
    holder.close()
    assert offers(words)
    for version in (1, 99):
        holder = sqlite3.connect(path)
        holder.execute(f"PRAGMA user_version = {version}")
        holder.close()
        assert offers(words) == []
    path.write_bytes(b"no database at all" * 100)
    assert offers(words) == []
    path.unlink()
    assert offers(words) == []
    path.mkdir()
    assert offers(words) == []
    monkeypatch.setenv("REFTRACK_DB", "~nobody-of-this-name/book.db")
    assert offers(words) == []
    assert not (named.folder / "book.db-journal").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        *([], ["bash"], ["bash", "x"], ["zsh"], ["fish"], ["powershell"], ["powershell", ""]),
        *(["nosh", "thank", ""], ["zsh", "--db"], ["zsh", "\udcff"], ["zsh", "thank", "\udcff"]),
        *(["zsh", "--db", "\udcff", "thank", ""], ["zsh", "why", "9" * 40, ""]),
        *(["zsh", "thank", "9" * 40], ["zsh", "thank", "0"], ["zsh", "thank", "x" * 5000]),
        *(["fish", "thank", '"'], ["fish", "thank", "\\"], ["bash", 'reftrack thank "\\', "9", ""]),
    ],
    ids=repr,
)
def test_nothing_makes_it_fail(named: Book, arguments: list[str]) -> None:
    """Completion ends with 0 and says nothing on standard error, whatever a shell hands over."""
    assert named("--complete", *arguments).err == ""


def test_settings_that_are_wrong_do_not_show(named: Book) -> None:
    """Neither a wrong zone nor a wrong instant, nor a reader that goes away."""
    for wrong in ({"REFTRACK_NOW": "soon"}, {"REFTRACK_DB": str(named.folder)}):
        done = at_tab(named, "thank", "", **wrong)
        assert (done.returncode, done.stderr, done.stdout) == (0, b"", b"")
    named.configure("no TOML [")
    assert at_tab(named, "thank", "1", REFTRACK_TZ="Mars/Olympus").stdout.startswith(b"1\tDana")
    if Path("/dev/full").exists():
        with Path("/dev/full").open("wb") as full:
            done = named.process("--complete", "zsh", "", stdout=full, capture_output=False)
        assert done.returncode == 0


def test_a_control_character_never_reaches_the_shell(named: Book) -> None:
    """It is shown as a sign; and a name that holds one is offered by its number alone."""
    connection = sqlite3.connect(named.path)
    connection.execute("DROP TRIGGER person_version_is_not_changed")
    connection.execute(
        "UPDATE person_version SET name = ? WHERE name = 'Dana Ruiz'", ("Dana\x1b]0;x\x07\n\tRuiz",)
    )
    connection.commit()
    connection.close()
    shown = at_tab(named, "thank", "").stdout.decode()
    assert not set(shown) & {chr(code) for code in range(0x20)} - {"\t", "\n"}
    assert shown.startswith("1\tDana␛]0;x␇␊␉Ruiz: thank Sam\n")
    assert values("thank", "Dan") == []


def test_a_large_book_is_cut_and_looked_at_along_its_indexes(
    named: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most a hundred choices, and no query that reads a table from end to end."""
    named("note", "1", "Mornings")
    named("undo")
    plans: list[str] = []
    real = sqlite3.connect

    def watched(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = real(*arguments, **options)  # type: ignore[call-overload]
        connection.set_trace_callback(plans.append)
        return connection

    monkeypatch.setattr(sqlite3, "connect", watched)
    for words in (
        ["thank", ""],
        ["thank", "1"],
        ["thank", "@1"],
        ["meet", "d"],
        ["missed", "d"],
        ["why", "1", ""],
        ["why", "@1", ""],
        ["undo", ""],
        ["undo", "1"],
        ["redo", ""],
    ):
        assert offers(words)
    monkeypatch.undo()
    queries = [sql for sql in dict.fromkeys(plans) if sql.startswith("SELECT")]
    assert len(queries) > 10
    connection = sqlite3.connect(named.path)
    for sql in queries:
        for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
            is_scan = step.startswith("SCAN") and "(subquery" not in step and "max(" not in sql
            # In the order of an index and up to a limit is no scan of the whole.
            assert not is_scan or "LIMIT" in sql, (sql, step)
            assert "USE TEMP B-TREE" not in step or "LIMIT" not in sql or "courtesy" in sql, sql
    connection.close()


# In the shells themselves.


def script(shell: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "reftrack", "completion", shell], capture_output=True, check=True
    )
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("shell", SHELLS)
def test_a_script_says_how_it_is_installed(book: Book, shell: str) -> None:
    """In comments, at its beginning; printing it makes no file."""
    shown = book("completion", shell).out
    beginning = shown.split("\n\n")[0].splitlines()
    assert all(line.startswith("#") for line in beginning)
    assert f"reftrack completion {shell}" in shown.split("\n\n")[0]
    assert [path.name for path in book.folder.iterdir()] == ["home"]
    assert not list((book.folder / "home").iterdir())


def test_an_unknown_shell_is_named(book: Book) -> None:
    """With the one that was meant."""
    assert "Did you mean powershell?" in book("completion", "powershel", code=2).err
    assert "Say bash, zsh, fish or powershell." in book("completion", code=2).err


def test_powershells_script_has_the_form_that_it_must() -> None:
    """PowerShell is seldom where the tests run, so of its script only the form is held."""
    text = script("powershell")
    assert "Register-ArgumentCompleter -Native -CommandName reftrack" in text
    assert "--complete powershell @words" in text
    # Every value that is more than a plain word is quoted by PowerShell's own rules.
    assert "EscapeSingleQuotedStringContent($value)" in text
    assert "Invoke-Expression" not in text.split("\n\n", 1)[1]
    code = re.sub(r"#.*|'[^'\n]*'|\"[^\"\n]*\"", "", text)
    assert [code.count(a) for a in "({["] == [code.count(b) for b in ")}]"]


SETUPS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source {0}"),
    "zsh": (["zsh", "-f", "-i"], "autoload -Uz compinit && compinit -u -D; source {0}"),
    "fish": (["fish", "--no-config", "-i"], "source {0}"),
}
SHOW = "show() { printf '<%s>' \"$@\"; printf 'E%s\\n' ND; }"
SHOW_IN_FISH = "function show; printf '<%s>' $argv; printf 'E%s\\n' ND; end"


class Shell:
    """An interactive shell on a terminal, in which a line is typed with TAB at its end."""

    def __init__(self, name: str, folder: Path) -> None:
        command, setup = SETUPS[name]
        program = folder / "bin" / "reftrack"
        program.parent.mkdir()
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m reftrack "$@"\n')
        program.chmod(0o755)
        (folder / "script").write_text(script(name))
        self.leader, follower = os.openpty()
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env={
                **os.environ,
                "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
                "TERM": "xterm",
                "LC_ALL": "C.UTF-8",
            },
            preexec_fn=lambda: os.login_tty(follower),  # noqa: PLW1509
        )
        os.close(follower)
        self.folder = folder
        time.sleep(0.3)
        show = SHOW_IN_FISH if name == "fish" else SHOW
        self.type(f"{setup.format(folder / 'script')}; {show}; show ready\r")
        self.read_until("<ready>END")

    def type(self, keys: str) -> None:
        os.write(self.leader, keys.encode())

    def read_until(self, mark: str) -> str:
        shown, until = b"", time.monotonic() + TIMEOUT
        while mark.encode() not in shown:
            assert time.monotonic() < until, shown.decode(errors="replace")
            if select.select([self.leader], [], [], 0.2)[0]:
                shown += os.read(self.leader, 65536)
        return shown.decode()

    def words(self, line: str) -> list[str]:
        """The words that the shell makes of this line once TAB has been pressed at its end."""
        self.type(f"{line}\t\x01show \r")
        shown = self.read_until("END")
        return re.findall(r"<([^>]*)>", shown[shown.rindex("<reftrack>") :])[1:]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.leader)


@pytest.fixture(params=SETUPS)
def shell(request: pytest.FixtureRequest, named: Book) -> Iterator[Shell]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not on this machine")
    shell = Shell(request.param, named.folder)
    yield shell
    shell.close()


def test_a_shell_completes_what_is_typed(shell: Shell) -> None:
    """Commands, options, numbers, names, files; and a name stays one harmless word."""
    typed = {
        "reftrack th": ["thank"],
        "reftrack due --cou": ["due", "--count"],
        "reftrack show @1": ["show", "@1"],
        "reftrack thank 1 --by em": ["thank", "1", "--by", "email"],
        "reftrack thank 1 --by=em": ["thank", "1", "--by=email"],
        "reftrack due --for=Sam": ["due", "--for=Sam Ortiz"],
        "reftrack meet Dana": ["meet", "Dana Ruiz"],
        "reftrack meet dana": ["meet", "Dana Ruiz"],
        "reftrack meet Dana\\ R": ["meet", "Dana Ruiz"],
        'reftrack meet "Dana': ["meet", "Dana Ruiz"],
        "reftrack meet 'Dana R": ["meet", "Dana Ruiz"],
        "reftrack meet Paul": ["meet", "Paul O'Neil"],
        'reftrack meet "Paul': ["meet", "Paul O'Neil"],
        "reftrack meet Ann": ["meet", "Ann: Colon"],
        "reftrack meet Ann:": ["meet", "Ann: Colon"],
        "reftrack meet Back": ["meet", "Back\\Slash Bob"],
        "reftrack meet Zo": ["meet", "Zoë Ångström"],
        "reftrack meet Eve": ["meet", EVIL],
        'reftrack meet "Eve': ["meet", EVIL],
        "reftrack meet 'Eve": ["meet", EVIL],
        "reftrack import scr": ["import", "script"],
        "reftrack --db scr": ["--db", "script"],
    }
    assert {line: shell.words(line) for line in typed} == typed
    assert not (shell.folder / "pwned").exists()


def test_several_choices_take_nothing_back(shell: Shell) -> None:
    """The common part of the choices is inserted, and no letter that was typed is lost."""
    assert shell.words("reftrack thank 1 --by c") == ["thank", "1", "--by", "ca"]
    assert [word.casefold() for word in shell.words("reftrack add Kim --from @")][-1] == "@"
    assert not (shell.folder / "pwned").exists()


# Bash's half, which has to say what stands in the line.


@pytest.mark.parametrize(
    ("line", "words", "begun"),
    [
        ("reftrack thank Da", ["reftrack", "thank", "Da"], "Da"),
        ("reftrack  thank ", ["reftrack", "thank", ""], ""),
        ("reftrack thank Dana\\ R", ["reftrack", "thank", "Dana R"], "Dana\\ R"),
        ('reftrack thank "Dana R', ["reftrack", "thank", "Dana R"], "Dana R"),
        ("reftrack thank 'a\\", ["reftrack", "thank", "a\\"], "a\\"),
        ('reftrack thank "a\\$\\x', ["reftrack", "thank", "a$\\x"], "a\\$\\x"),
        ("reftrack --by=c", ["reftrack", "--by=c"], "c"),
        ("reftrack thank @1", ["reftrack", "thank", "@1"], "@1"),
        ("reftrack --for=@1", ["reftrack", "--for=@1"], "@1"),
        ("reftrack 'a b'c", ["reftrack", "a bc"], "c"),
        ("reftrack Ann:\\ C", ["reftrack", "Ann: C"], "\\ C"),
    ],
)
def test_a_line_is_read_as_bash_reads_it(line: str, words: list[str], begun: str) -> None:
    """Its words, and what of the last one bash would replace."""
    typed = Typed(line, BREAKS)
    assert (typed.words, typed.begun) == (words, begun)


def test_bash_itself_reads_back_what_is_put_into_its_line() -> None:
    """Every character that can stand in a name, in each kind of quotation."""
    if shutil.which("bash") is None:
        pytest.skip("bash is not on this machine")
    signs = "".join(map(chr, range(0x20, 0x7F))) + "éß漢\u200d"
    for quote, without in (("", ""), ('"', "!"), ("'", "'")):
        value = "".join(sign for sign in f"a{signs}" if sign not in without)
        typed = Typed(f"reftrack thank {quote}", BREAKS)
        text = typed.replaced_by(value)
        done = subprocess.run(
            ["bash", "-c", f"printf %s {quote}{text}{quote}"],
            capture_output=True,
            check=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        assert done.stdout.decode() == value
        if without:
            assert typed.replaced_by(f"a{without}b") is None


def test_bash_gets_words_beside_the_values_only_where_it_lists_them(named: Book) -> None:
    """Where TAB walks through the choices, the value stands alone; so it does where there is one."""
    assert completion_reply("reftrack thank 1", "9", BREAKS) == ["1"]
    assert completion_reply("reftrack meet D", "9", BREAKS) == ["Dana\\ Ruiz"]
    listed = completion_reply("reftrack meet ", "63", BREAKS)
    assert listed[0] == "1  (Dana Ruiz: thank Sam)"
    assert completion_reply("reftrack meet ", "37", BREAKS)[0] == "1"
    named("add", "Zoé Abel", "--from", "Sam Ortiz")
    assert completion_reply("reftrack meet zoe", "9", BREAKS)[-1] == " "


def test_as_many_are_offered_as_anybody_reads(named: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is found by typing on."""
    monkeypatch.setattr(offering, "LIMIT", 4)
    assert values("meet", "") == ["1", "2", "3", "4"]
    assert len(values("missed", "")) == 4
    assert len(values("missed", "@")) == 4
