"""The configuration: what may stand in it, and the command that shows and changes it."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import tempfile
import tomllib
from functools import partial
from pathlib import Path

import pytest
import tomlkit
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reftrack.cli.command_line import hint_text
from reftrack.config.keys import KEYS, values_of
from reftrack.config.settings import settings
from reftrack.errors import BadInput
from tests.support.driver import Book

# What may stand in the file.


def test_every_example_and_every_default_is_right() -> None:
    """A row's own example passes its own check, and so does what it is without one."""
    for key in KEYS.values():
        key.check(key.said(key.example))
        if key.default != "":
            key.check(key.default)


@pytest.mark.parametrize(("said", "kept"), [("", 7), ("0", 0), ("7", 7), ("365", 365)])
def test_how_many_backups_are_kept(book: Book, said: str, kept: int) -> None:
    """Seven, or what the configuration says; none at all is one of the answers."""
    book.configure(f"[backup]\nkeep = {said}" if said else "")
    assert settings(None).backups_kept == kept


@pytest.mark.parametrize(
    ("document", "hint"),
    [
        ({"backup": {"keep": "7"}}, "without quotes"),
        ({"backup": {"keep": 7.0}}, "without quotes or a point"),
        ({"backup": {"keep": True}}, "0 to 365"),
        ({"backup": {"keep": -1}}, "The nearest is 0."),
        ({"backup": {"keep": 366}}, "The nearest is 365."),
        ({"backup": {"kept": 7}}, "Did you mean backup.keep?"),
        ({"keep": 7}, "Did you mean backup.keep?"),
        ({"thank-referral": "12h"}, "Did you mean policy.thank-referral?"),
        ({"thank_referal": "12h"}, "Did you mean policy.thank-referral?"),
        ({"update-every": "12h"}, "Did you mean policy.update_every?"),
        ({"why-me": "x"}, "Did you mean why_me?"),
        ({"Timezone": "UTC"}, "Did you mean timezone?"),
        ({"polcy": {"thank-referral": "12h"}}, "Did you mean policy?"),
        ({"zzzz": {}}, "There are [backup], [rules], [week], [policy]."),
        ({"zzzz": 1}, "`reftrack config` lists the settings."),
        ({"backup": []}, "Write [backup] on a line of its own."),
        ({"policy": {"thank-referral": 12}}, "Did you mean 12h or 12d?"),
        ({"policy": {"update_every": "12"}}, "Did you mean 12d?"),
        ({"policy": {"update_every": "12h"}}, "Say days: 14d."),
        ({"policy": {"thank-referral": "12 Hours"}}, "Did you mean 12h?"),
        ({"policy": {"thank-referral": "2 weeks"}}, "Did you mean 14d?"),
        (
            {"policy": {"thank-referral": "99999d"}},
            "Say hours or days: 12h, 7d; of working time: 8wh, 2wd.",
        ),
        (
            {"policy": {"thank-referral": "30min"}},
            "Say hours or days: 12h, 7d; of working time: 8wh, 2wd.",
        ),
        (
            {"policy": {"thank-referral": "0h"}},
            "Say hours or days: 12h, 7d; of working time: 8wh, 2wd.",
        ),
        (
            {"policy": {"thank-referral": "²"}},
            "Say hours or days: 12h, 7d; of working time: 8wh, 2wd.",
        ),
        ({"rules": {"off": ["thank-wim"]}}, "Did you mean thank-win?"),
        ({"timezone": "Europe/Londn"}, "Did you mean Europe/London?"),
        ({"timezone": "europe/london"}, "Did you mean Europe/London?"),
        ({"timezone": "new york"}, "Did you mean America/New_York?"),
        ({"timezone": "BST"}, "Use an IANA name such as Europe/London."),
        ({"timezone": "GMT+1"}, "Use an IANA name such as Europe/London."),
        ({"timezone": ""}, "Use an IANA name such as Europe/London."),
        ({"name": 7}, 'Write it in quotes: name = "…"'),
    ],
    ids=str,
)
def test_the_nearest_right_one_is_named(document: dict[str, object], hint: str) -> None:
    """An unknown key or a wrong value comes with what was probably meant."""
    (error,) = values_of(document).faults.values()
    assert isinstance(error, BadInput)
    assert hint in hint_text(error.hint)


def test_every_fault_is_found_and_the_rest_is_read() -> None:
    """One wrong value hides neither another nor what is right beside it."""
    policy = {"thank-referral": "12h", "thank-win": "soon"}
    values = values_of({"name": "Robin", "colour": 1, "policy": policy, "rules": 3})
    assert list(values.faults) == ["colour", "policy.thank-win", "rules"]
    assert values.get("name") == "Robin"
    assert values.policy(Path()).text()["thank-referral"] == "12h"
    assert values.policy(Path()).text()["thank-win"] == "24h"


def test_a_byte_order_mark_is_no_fault(book: Book) -> None:
    """Some editors put one before the first line."""
    book.config.write_bytes(b"\xef\xbb\xbf[backup]\nkeep = 3\n")
    assert settings(None).backups_kept == 3


# Looking.


def lines(book: Book, *arguments: str) -> dict[str, tuple[object, str]]:
    """The answer of `config show --json`: value and source by key."""
    document = json.loads(book("config", "show", *arguments, "--json").out)
    assert document["schema"] == "reftrack.config/1"
    return {each["key"]: (each["value"], each["from"]) for each in document["values"]}


def test_everything_has_a_value_without_a_configuration(book: Book) -> None:
    """Nothing is there, nothing is made, and all of it is in force."""
    book.zone("")
    shown = lines(book)
    assert set(KEYS) < set(shown)
    assert shown["backup.keep"] == (7, "default")
    assert shown["policy.thank-referral"] == ("24h", "rulebook")
    assert shown["name"] == (None, "default")
    assert shown["timezone"][1] == "system"
    assert "not there and not needed" in book("config").out
    assert not book.config.exists()
    assert not book.path.exists()


def test_each_value_says_where_it_comes_from(book: Book) -> None:
    """The option, the environment, the configuration, the book, the rulebook or nothing."""
    book.zone("Asia/Tokyo")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert lines(book)["timezone"] == ("Asia/Tokyo", "REFTRACK_TZ")
    assert lines(book)["now"] == ("2026-11-20T15:00:00Z", "REFTRACK_NOW")
    assert lines(book.zone(""))["timezone"][1] == "book"
    book.configure('timezone = "Europe/London"\n[policy]\nthank-win = "3h"')
    shown = lines(book)
    assert shown["timezone"] == ("Europe/London", "configuration")
    assert shown["policy.thank-win"] == ("3h", "configuration")
    assert shown["policy.announce-win"] == ("4h", "rulebook")
    assert shown["database"] == (str(book.path), "REFTRACK_DB")
    assert shown["backups"] == (f"{book.path}-backups", "beside the database")
    other = json.loads(book("--db", "other.db", "config", "--json").out)["values"]
    assert {"key": "database", "value": "other.db", "from": "--db"} in other


def test_one_value_can_be_asked_for(book: Book) -> None:
    """By its key, as it is set; a wrong key is named."""
    book.configure('[rules]\noff = ["thank-win", "return-favour"]')
    assert book("config", "show", "rules.off").out == (
        "thank-win, return-favour (the configuration)\n"
    )
    assert list(lines(book, "rules.off")) == ["rules.off"]
    assert book("config", "show", "database").out == f"{book.path} (REFTRACK_DB)\n"
    assert "Did you mean rules.off?" in book("config", "show", "off", code=2).err


@pytest.mark.parametrize("text", ["[polic", '[policy]\nthank-win = "soon"', "colour = 1"])
def test_what_is_broken_is_shown_and_the_way_out_named(book: Book, text: str) -> None:
    """`show`, `path` and `edit` help to mend what stops all other commands."""
    book.configure(text)
    assert book("due", code=2).err.startswith("error: ")
    shown = book("config", code=2)
    assert "backup.keep:  7 (default)" in shown.out
    assert "What is wrong" in shown.out
    assert shown.err == (
        "error: the configuration is wrong in 1 place.\nMend it: reftrack config edit\n"
    )
    (fault,) = json.loads(book("config", "--json", code=2).out)["faults"]
    assert fault["error"]
    assert book("config", "path").out == f"{book.config}\n"


def test_a_broken_book_does_not_hide_the_configuration(book: Book) -> None:
    """The time zone alone is asked of the book; where that cannot be read, it says so."""
    book.zone("").path.write_text("no database at all" * 100)
    assert lines(book)["timezone"] == ("unknown", "book")


def test_a_name_with_what_a_terminal_would_obey_is_shown_as_signs(book: Book) -> None:
    """The file may hold anything that TOML can write."""
    book.configure('name = "a\\u001b[31mb"')
    for arguments in (["config"], ["config", "show", "name"], ["config", "--json"]):
        assert "\x1b" not in book(*arguments).out
    assert "␛[31mb" in book("config", "show", "name").out


# Changing one value.


LIVED_IN = """\
# Mine.
name = "Robin" # me

[rules]
off = [
  "thank-win",  # the call is enough
  # soon:
  "return-favour",
]

[policy]  # times
# quick
thank-referral = "12h"   # half a day
"""


@pytest.mark.parametrize(
    ("arguments", "old", "new"),
    [
        (["set", "name", "Robin Hale"], 'name = "Robin" #', 'name = "Robin Hale" #'),
        (["set", "policy.thank-referral", "6h"], '"12h"   # half', '"6h"   # half'),
        (["set", "rules.off", "return-favour"], '  "thank-win",  # the call is enough\n', ""),
        (
            ["set", "rules.off", "thank-win, return-favour", "follow-up"],
            '"return-favour",\n',
            '"return-favour",\n  "follow-up",\n',
        ),
        (["set", "timezone", "Asia/Tokyo"], "# me\n", '# me\ntimezone = "Asia/Tokyo"\n'),
        (["set", "backup.keep", "0"], "half a day\n", "half a day\n\n[backup]\nkeep = 0\n"),
        (["set", "policy.thank-win", "2d"], "a day\n", 'a day\nthank-win = "2d"\n'),
        (["unset", "policy.thank-referral"], 'thank-referral = "12h"   # half a day\n', ""),
        (["unset", "name"], 'name = "Robin" # me\n', ""),
    ],
    ids=" ".join,
)
def test_one_value_changes_and_the_rest_of_the_file_stays(
    book: Book, arguments: list[str], old: str, new: str
) -> None:
    """Comments, order and blanks too; the file is its owner's alone afterwards."""
    book.configure(LIVED_IN)
    book.config.chmod(0o644)
    said = book("config", *arguments).out
    assert LIVED_IN.count(old) == 1
    assert book.config.read_text(encoding="utf-8") == LIVED_IN.replace(old, new)
    assert said.startswith(f"{arguments[1]} is ")
    assert "; it was " in said
    assert stat.S_IMODE(book.config.stat().st_mode) == 0o600


def test_it_says_what_changed_from_what(book: Book) -> None:
    """Also where the old value was not in the file, and where nothing changes."""
    set_ = partial(book, "config", "set")
    assert set_("policy.thank-referral", "12h").out == (
        "policy.thank-referral is 12h now; it was 24h (the rulebook).\n"
        f"The configuration is new: {book.config}\n"
    )
    assert set_("policy.thank-referral", "6h").out == (
        "policy.thank-referral is 6h now; it was 12h (the configuration).\n"
    )
    before = book.config.stat()
    assert set_("policy.thank-referral", "6h").out == (
        "policy.thank-referral is 6h already; nothing was changed.\n"
    )
    assert book.config.stat() == before
    assert book("config", "unset", "policy.thank-referral").out == (
        "policy.thank-referral is 24h (the rulebook) now; it was 6h.\n"
    )
    assert book("config", "unset", "policy.thank-referral").out == (
        "policy.thank-referral is not set in the configuration; nothing was changed.\n"
    )
    assert "REFTRACK_TZ is set, and goes before it." in set_("timezone", "Asia/Tokyo").err
    assert "12h" not in book("rules").out


def test_what_is_set_is_in_force_at_once(book: Book) -> None:
    """The next command reads it, and the folders that it needed are their owner's alone."""
    folder = book.folder / "not" / "yet"
    environment = {**os.environ, "REFTRACK_CONFIG": str(folder / "config.toml")}
    old = os.umask(0o022)
    try:
        done = book.process("config", "set", "policy.thank-referral", "13h", env=environment)
    finally:
        os.umask(old)
    assert done.returncode == 0, done
    assert b"source, 13h" in book.process("rules", env=environment).stdout
    for path, mode in ((folder, 0o700), (folder.parent, 0o700), (folder / "config.toml", 0o600)):
        assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["set", "nme", "Robin"], "Did you mean name?"),
        (["set", "thank-referral", "12h"], "Did you mean policy.thank-referral?"),
        (["set", "policy.thank-referral", "12"], "Did you mean 12h or 12d?"),
        (["set", "policy.thank-referral", "soon"], "Say hours or days"),
        (["set", "rules.off", "thank-wim"], "Did you mean thank-win?"),
        (["set", "timezone", "Europe/Londn"], "Did you mean Europe/London?"),
        (["set", "backup.keep", "many"], "Say 0 to 365"),
        (["set", "backup.keep", "366"], "The nearest is 365."),
        (["set", "backup.keep", "9" * 40], "Say 0 to 365"),
        (["set", "name", "Robin", "Hale"], 'config set name "Robin Hale"'),
        (["set", "name", " "], "reftrack config unset name"),
        (["set", "name", "x" * 5000], "characters"),
        (["set", "name", "a\udcffb"], "no text"),
        (["set"], "For example: reftrack config set policy.thank-referral 12h"),
        (["set", "name"], "For example: "),
        (["unset"], "For example: reftrack config unset name"),
        (["unset", "nme"], "Did you mean name?"),
        (["unset", "policy"], "reftrack config show"),
        (["unset", "name", "x"], "See: reftrack config --help"),
        (["sett"], "Did you mean: reftrack config set"),
        (["get", "name"], "Did you mean: reftrack config show"),
        (["timezone"], "Did you mean: reftrack config show timezone"),
        (["xyzzy"], "See: reftrack config --help"),
        (["path", "--json"], "Leave --json out."),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "",
)
def test_what_is_wrong_is_refused_before_it_is_written(
    book: Book, arguments: list[str], named: str
) -> None:
    """2, with the right word; the file stays as it was."""
    book.configure(LIVED_IN)
    failed = book("config", *arguments, code=2)
    assert failed.out == ""
    assert named in failed.err
    assert len(failed.err.splitlines()) == 2
    assert book.config.read_text(encoding="utf-8") == LIVED_IN


def test_what_is_typed_is_kept_as_it_is_meant(book: Book) -> None:
    """A name on one line, each rule once."""
    book("config", "set", "name", " Robin\n Hale ")
    book("config", "set", "rules.off", "thank-win,thank-win", "follow-up", "thank-win")
    assert book.config.read_text(encoding="utf-8") == (
        'name = "Robin Hale"\n\n[rules]\noff = ["thank-win", "follow-up"]\n'
    )


def test_a_link_to_the_file_stays_a_link(book: Book) -> None:
    """Many keep such files together in another folder."""
    kept = book.folder / "dotfiles.toml"
    kept.write_text(LIVED_IN, encoding="utf-8")
    book.config.symlink_to(kept)
    book("config", "set", "name", "Dana")
    assert book.config.is_symlink()
    assert kept.read_text(encoding="utf-8") == LIVED_IN.replace("Robin", "Dana")


def test_a_fault_can_be_mended_by_itself(book: Book) -> None:
    """One after the other, each without the others being in the way."""
    book.configure('colour = "red"\npolcy = 3\n[policy]\nthank-win = "x"\nthank-wim = "4h"\n')
    assert (
        "it was x (the configuration, wrong)" in book("config", "set", "policy.thank-win", "5h").out
    )
    assert book("config", "unset", "colour").out == "colour is gone now; it was red.\n"
    book("config", "unset", "policy.thank-wim")
    assert "polcy" in book("due", code=2).err
    book("config", "unset", "polcy")
    assert book.config.read_text(encoding="utf-8") == '[policy]\nthank-win = "5h"\n'
    book("due")


@pytest.mark.parametrize("text", ["[polic", "policy = 3", "policy = [1]"])
def test_what_cannot_be_changed_by_itself_is_left_to_the_editor(book: Book, text: str) -> None:
    """A value that is no TOML, or no table, is not guessed at."""
    book.configure(text)
    failed = book("config", "set", "policy.thank-win", "5h", code=None)
    assert failed.code in (1, 2)
    assert "reftrack config edit" in failed.err
    assert book.config.read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_written_says_so(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in its place, or a file in the place of its folder."""
    book.config.mkdir()
    assert "cannot be read" in book("config", "set", "name", "Robin", code=2).err
    (book.folder / "file").write_text("")
    monkeypatch.setenv("REFTRACK_CONFIG", str(book.folder / "file" / "config.toml"))
    assert "error: " in book("config", "set", "name", "Robin", code=1).err
    assert "error: " in book("config", "edit", code=1).err


# Lines as people write them, each of which may be there or not, before and after the others.
_PARTS = (
    '# a comment\nname = "Robin" # me\n',
    "timezone = 'UTC'\n",
    'policy.thank-win = "5h"\n',
    "\n",
    "why_me = '''a\nb'''\n",
)
_TABLES = (
    '[policy]\n# quick\n"thank-referral" = "12h" # soon\n\n',
    "[rules]\noff = [ # why\n'thank-win',\n]\n",
    "rules = {off = ['thank-win']}\n",
    "[ backup ]\n  keep = 0x03 # three\n",
    "[policy]\n",
)
_CHANGES = (
    ("name", "Robin Hale"),
    ("policy.thank-referral", "1h"),
    ("policy.thank-win", "2d"),
    ("rules.off", "return-favour"),
    ("backup.keep", "9"),
)


@given(
    st.lists(st.sampled_from(_PARTS), unique=True),
    st.lists(st.sampled_from(_TABLES), unique=True),
    st.sampled_from(["\n", "\r\n"]),
    st.lists(st.sampled_from(_CHANGES), min_size=1, unique=True),
)
@hypothesis_settings(max_examples=60)
def test_whatever_the_file_looks_like_only_the_value_changes(
    parts: list[str], tables: list[str], newline: str, changes: list[tuple[str, str]]
) -> None:
    """A file that is TOML stays it, keeps its comments, and says the new value and the old rest."""
    inline = [each for each in tables if each.startswith("rules")]
    text = "".join([*parts, *inline, *(each for each in tables if each not in inline)])
    try:
        wanted = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        book = Book(Path(folder), patch)
        patch.setenv("REFTRACK_CONFIG", str(book.config))
        content = text.replace("\n", newline).encode()
        book.config.write_bytes(content)
        for name, value in changes:
            book("config", "set", name, value)
            section, _, last = name.rpartition(".")
            kept = KEYS[name].said(value)
            (wanted.setdefault(section, {}) if section else wanted)[last] = kept
            content = book.config.read_bytes()
            assert tomllib.loads(content.decode()) == tomllib.loads(tomlkit.dumps(wanted))
        for comment in re.findall("# .*", text):
            assert comment.strip() in content.decode()
        assert not text or content.count(b"\n") == content.count(newline.encode())


# All of it, in an editor.


def editing(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """The user's editor, which is this shell script on the file `$1`."""
    monkeypatch.setenv("EDITOR", f"sh -c {shlex.quote(script)} editor")


def test_the_editor_gets_a_copy_that_nobody_else_can_read(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The text that it leaves is written, and the copy is gone."""
    book.configure(LIVED_IN)
    seen = book.folder / "seen"
    editing(
        monkeypatch,
        f'stat -c "%a %n" "$1" >{seen}; stat -c %a "$(dirname "$1")" >>{seen};'
        ' sed -i s/Robin/Dana/ "$1"',
    )
    assert book("config", "edit").out == f"Written to {book.config}.\n"
    assert book.config.read_text(encoding="utf-8") == LIVED_IN.replace("Robin", "Dana")
    mode, name, above = seen.read_text().split()
    assert (mode, above) == ("600", "700")
    assert name.endswith("config.toml")
    assert not Path(name).parent.exists()
    assert stat.S_IMODE(book.config.stat().st_mode) == 0o600


def test_where_there_is_none_the_editor_gets_all_that_can_be_set(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line taken out of its comment is right as it stands; untouched, no file is made."""
    editing(monkeypatch, "true")
    assert book("config", "edit").out == "Nothing was changed.\n"
    assert not book.config.exists()
    editing(monkeypatch, """sed -i 's/^# \\([a-z_-]* = \\)/\\1/' "$1" """)
    book("config", "edit")
    shown = lines(book)
    assert {key for key, (_, source) in shown.items() if source == "configuration"} == (
        set(KEYS) - {"timezone"}  # which the environment of the tests overrides
    )
    assert "# Opens on receipt.\n" in book.config.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("script", "code", "named"),
    [
        ('echo "colour = 1" >>"$1"', 1, "colour"),
        ('echo "[" >>"$1"', 1, "not TOML"),
        ('printf "\\377" >"$1"', 1, "not TOML"),
        ("exit 3", 1, "ended with 3"),
        ('rm "$1"', 1, "left no text"),
    ],
    ids=["a wrong key", "no TOML", "no text", "a failure", "no file"],
)
def test_what_is_wrong_after_editing_is_dropped_and_the_file_kept(
    book: Book, monkeypatch: pytest.MonkeyPatch, script: str, code: int, named: str
) -> None:
    """Where nobody is there to be asked."""
    book.configure(LIVED_IN)
    editing(monkeypatch, script)
    failed = book("config", "edit", code=code)
    assert named in failed.err
    assert failed.err.endswith("The configuration is as it was.\n")
    assert book.config.read_text(encoding="utf-8") == LIVED_IN


def test_at_a_terminal_what_is_wrong_can_be_mended(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The editor opens again on what was written, until it is right or dropped."""
    book.configure(LIVED_IN)
    again = book.folder / "again"
    editing(
        monkeypatch,
        f'if [ -e {again} ]; then sed -i s/colour/name/ "$1"; else touch {again};'
        ' echo "colour = \\"x\\"" >"$1"; fi',
    )
    shown = book.screen("config", "edit", keys="y\n")
    assert shown.code == 0, shown
    assert "there is no setting 'colour'" in shown.out
    assert "Mend it now? [y/n]" in shown.out
    assert book.config.read_text(encoding="utf-8") == 'name = "x"\n'
    again.unlink()
    shown = book.screen("config", "edit", keys="n\n")
    assert shown.code == 1, shown
    assert book.config.read_text(encoding="utf-8") == 'name = "x"\n'


def test_a_change_in_the_meantime_is_not_overwritten(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's change wins over what was edited from the file before it."""
    book.configure(LIVED_IN)
    editing(monkeypatch, f'echo >>"$1"; echo "# theirs" >>{book.config}')
    assert "changed meanwhile" in book("config", "edit", code=1).err
    assert book.config.read_text(encoding="utf-8") == LIVED_IN + "# theirs\n"


def test_a_broken_configuration_can_be_edited(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what the editor is for; without one, the error says how to name it."""
    book.configure("[polic")
    assert "EDITOR=nano reftrack config edit" in book("config", "edit", code=1).err
    editing(monkeypatch, """sed -i 's/.polic/[policy]/' "$1" """)
    book("config", "edit")
    assert book.config.read_text(encoding="utf-8").strip() == "[policy]"
    book("due")
