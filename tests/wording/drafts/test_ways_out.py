"""The ways out of a draft: message file, link, clipboard, editor."""

from __future__ import annotations

import base64
import email
import email.policy
import fcntl
import json
import os
import pty
import re
import signal
import stat
import subprocess
import termios
import time
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from reftrack.cli.commands.sending import link, message
from reftrack.errors import Refused
from reftrack.rules.rulebook import BY_NAME
from reftrack.wording.letters import (
    Letter,
    subject_line,
)
from tests.support.driver import REFTRACK, Book
from tests.support.letters import drafted, editor, secret_history


def mail(content: bytes) -> email.message.EmailMessage:
    """A message file, read as a mail program does."""
    read = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(read, email.message.EmailMessage)
    return read


def test_a_message_file(sam: Book) -> None:
    """Unsent, addressed, in the email's own words, and only its owner can read it."""
    file = sam.folder / "note.eml"
    result = sam("draft", "1", "--eml", str(file))
    assert result.out == f"Written to {file}.\n"
    assert "Once it is sent: reftrack thank 1 --by email" in result.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    read = mail(file.read_bytes())
    assert (read["X-Unsent"], read["To"]) == ("1", "Sam Ortiz <sam@x.example>")
    assert read["Subject"] == "Thank you"
    text = read.get_content().replace("\r\n", "\n")
    assert text == drafted(sam, "1", "--by", "email") + "\n"
    assert list(sam.folder.glob(".note*")) == []


def test_a_message_file_is_never_overwritten(sam: Book) -> None:
    """A file that is there may be a letter that somebody worked on; a missing folder is said."""
    file = sam.folder / "note.eml"
    file.write_text("mine")
    assert "is there already" in sam("draft", "1", "--eml", str(file), code=1).err
    assert file.read_text() == "mine"
    missing = sam.folder / "nowhere" / "note.eml"
    assert "cannot be written" in sam("draft", "1", "--eml", str(missing), code=1).err
    assert not missing.parent.exists()


def test_a_message_for_the_next_program(sam: Book) -> None:
    """`-` prints the message."""
    assert mail(sam("draft", "1", "--eml", "-").out.encode())["X-Unsent"] == "1"


def test_no_address_is_no_obstacle(sam: Book) -> None:
    """A message and a link without an address are written, and say that one is missing."""
    file = sam.folder / "note.eml"
    result = sam("draft", "1", "contact-prospect", "--eml", str(file))
    assert mail(file.read_bytes())["To"] is None
    assert "note: no address is known of Dana Ruiz: add it there." in result.err
    result = sam("draft", "1", "contact-prospect", "--mailto")
    assert result.out.startswith("mailto:?subject=Sam%20Ortiz%20gave%20me%20your%20name&body=Dear")
    assert "no address is known" in result.err


@pytest.mark.parametrize(
    "name",
    ["Sam\nBcc: x@y.example", "Sam\r\nBcc: x@y.example", "Sam\x85Bcc: x@y", "Sam \u2028Bcc: x"],
)
def test_no_header_can_be_slipped_in(name: str) -> None:
    """A line break in a name, an address or a subject stays in its header, or leaves it out."""
    for address in ("sam@x.example", "sam@x.example\nBcc: y@z.example", "a,b@c", "@", "", None):
        content, is_addressed = message(name, address, f"About {name}", "Bcc: body@x.example")
        read = mail(content)
        assert set(read.keys()) <= {
            *("X-Unsent", "To", "Subject", "MIME-Version"),
            *("Content-Type", "Content-Transfer-Encoding"),
        }
        assert is_addressed == (address == "sam@x.example")
        if is_addressed:
            assert [a.addr_spec for a in read["To"].addresses] == ["sam@x.example"]
        url = urlsplit(link(address, f"About {name}", "Body"))
        assert set(parse_qs(url.query)) == {"subject", "body"}
        assert "\n" not in unquote(url.path)


def test_names_with_line_breaks_from_a_file(book: Book) -> None:
    """A name from an import cannot break a greeting or a header either."""
    history = secret_history()
    history["people"][0]["name"] = "Sam\tOrtiz"
    book.at("2026-12-20T10:00:00Z").load(history)
    assert "Sam Ortiz" in book("draft", "1", "contact-prospect").out
    assert "\x1b" not in book("draft", "1").out


def test_a_link(sam: Book) -> None:
    """Percent-encoded, with the subject and the whole text, and nothing else in it."""
    url = sam("draft", "1", "contact-prospect", "--mailto").out.strip()
    assert re.fullmatch(r"mailto:[A-Za-z0-9@._~?&=%-]*", url)
    url = sam("draft", "1", "--mailto").out.strip()
    assert urlsplit(url).path == "sam@x.example"
    said = parse_qs(urlsplit(url).query)
    assert said["subject"] == ["Thank you"]
    assert said["body"][0].replace("\r\n", "\n") == drafted(sam, "1", "--by", "email")


def test_a_link_that_would_be_cut_is_refused(sam: Book) -> None:
    """With what does it instead."""
    sam("lose", "1", "--why", "Because " * 200)
    result = sam("draft", "1", "explain-loss", "--mailto", code=1)
    assert "mail programs take 2,000" in result.err
    assert "--eml FILE" in result.err
    with pytest.raises(Refused):
        link(None, "x", "é" * 400)


def test_ways_out_that_contradict(sam: Book) -> None:
    """One way out at a time, and an email is an email."""
    assert "three ways out" in sam("draft", "1", "--mailto", "--copy", code=2).err
    assert (
        "is for an email, not for card" in sam("draft", "1", "--mailto", "--by", "card", code=2).err
    )
    sam("draft", "1", "--mailto", "--by", "email")


def with_terminal(arguments: list[str]) -> tuple[int, bytes]:
    """Runs a command with a controlling terminal; what that terminal got."""
    leader, follower = pty.openpty()

    def controlled() -> None:
        os.setsid()
        fcntl.ioctl(follower, termios.TIOCSCTTY, 0)

    process = subprocess.Popen(
        [*REFTRACK, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=controlled,  # noqa: PLW1509 - no threads here
        pass_fds=[follower],
    )
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    shown = os.read(leader, 65536)
    os.close(follower)
    os.close(leader)
    return len(out), shown


def test_the_clipboard(sam: Book) -> None:
    """The terminal gets the text as OSC 52, also where standard output is a pipe."""
    printed, shown = with_terminal(["draft", "1", "--copy"])
    found = re.fullmatch(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", shown)
    assert found
    assert base64.b64decode(found[1]).decode() == drafted(sam, "1")
    assert printed > 100


def test_no_terminal_no_clipboard(sam: Book) -> None:
    """Where there is none, that is an error, and what to do instead."""
    ended = sam.process("draft", "1", "--copy", start_new_session=True)
    assert ended.returncode == 1
    assert b"there is no terminal" in ended.stderr
    assert ended.stdout == b""


def test_through_an_editor(sam: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The editor gets the draft in a file of the owner's alone, and what it leaves is taken."""
    folder = editor(
        sam,
        monkeypatch,
        'ls -l "$1" > {folder}/mode; echo "$1" > {folder}/name; cp "$1" "$1~"; echo PS: soon. >> "$1"',
    )
    before = drafted(sam, "1")
    assert drafted(sam, "1", "--edit") == before + "\nPS: soon."
    assert (folder / "mode").read_text().startswith("-rw-------")
    file = Path((folder / "name").read_text().strip())
    assert not file.parent.exists()
    sam("draft", "1", "--edit", "--eml", str(sam.folder / "a.eml"))
    assert "PS: soon." in mail((sam.folder / "a.eml").read_bytes()).get_content()


def test_visual_comes_before_editor(sam: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """As everywhere."""
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setenv("VISUAL", "true")
    assert drafted(sam, "1", "--edit") == drafted(sam, "1")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("", "no editor is set"),
        ("'", "no editor is set"),
        ("false", "the editor false ended with 1"),
        ("no-such-editor-here", "the editor no-such-editor-here cannot be run"),
        ("sh -c ': > \"$0\"'", "the draft was emptied"),
        ("rm", "the editor left no text"),
        ('sh -c \'printf "\\377" > "$0"\'', "the editor left no text in UTF-8"),
    ],
)
def test_an_editor_that_fails(
    sam: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, said: str
) -> None:
    """Nothing is printed or written, nothing is left behind."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    monkeypatch.setenv("EDITOR", command)
    file = sam.folder / "a.eml"
    result = sam("draft", "1", "--edit", "--eml", str(file), code=1)
    assert said in result.err
    assert result.out == ""
    assert not file.exists()
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_nothing_is_left_when_it_is_ended(
    sam: Book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, number: int
) -> None:
    """Ended from outside while an editor is open, the file goes too."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    editor(sam, monkeypatch, "touch {folder}/open; exec sleep 60")
    process = subprocess.Popen(
        [*REFTRACK, "draft", "1", "--edit"],
        env={**os.environ, "TMPDIR": str(scratch)},
        # An editor that outlives it would hold a pipe open.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 30
    while not (sam.folder / "open").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert list(scratch.iterdir())
    process.send_signal(number)
    assert process.wait(timeout=30) == 128 + number
    assert list(scratch.iterdir()) == []


def test_ctrl_c_is_the_editors_own_affair(sam: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that means something in the editor does not end reftrack around it."""
    editor(sam, monkeypatch, "trap 'echo PS >> \"$1\"; exit 0' INT; kill -INT $PPID; kill -INT $$")
    ended = sam.process("draft", "1", "--edit")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.decode().endswith("Robin\nPS\n")


def test_nothing_typed_reaches_the_terminal_as_a_command(book: Book) -> None:
    """Control characters in a recorded text are shown as signs, in every way out."""
    history = secret_history()
    for event in history["events"]:
        if event["data"].get("text"):
            event["data"]["text"] = "Red \x1b[31m \x1b]52;c;eA==\x07 \u202e end"
    book.at("2026-12-20T10:00:00Z").load(json.loads(json.dumps(history)))
    for arguments in (["1", "explain-loss"], ["1", "report-problem"], ["1", "keep-informed"]):
        for way in ([], ["--mailto"], ["--eml", "-"]):
            shown = unquote(book("draft", *arguments, *way).out)
            assert not re.search("[\x1b\x07\u202e]", shown)


def test_every_rule_has_a_subject_line() -> None:
    """Short, on one line, and with the name where it says one."""
    for rule in BY_NAME:
        for about in ("Dana Ruiz", ""):
            line = subject_line(rule, Letter("Sam", "Sam", about))
            assert line
            assert len(line) < 60
            assert not re.search(r"[{}\n]|^ | $", line)
