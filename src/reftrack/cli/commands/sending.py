"""The ways out for a draft: an editor, a message file, a link, the clipboard."""

from __future__ import annotations

import base64
import contextlib
import os
from pathlib import Path
from urllib.parse import quote

from reftrack.application.files import write_whole
from reftrack.cli import editor
from reftrack.errors import Refused

# Length of a link that mail programs take; longer ones are cut silently.
LINK_LIMIT = 2000

# Length of a text that terminals take at once.
_COPY_LIMIT = 74_994

TERMINAL = "CONOUT$" if os.name == "nt" else "/dev/tty"


def message(to: str, email: str | None, subject: str, text: str) -> tuple[bytes, bool]:
    """The content of an unsent message, and whether it is addressed.

    It is not where there is no address, or none that a mail program would take.
    """
    from email import policy
    from email.headerregistry import Address
    from email.message import EmailMessage

    mail = EmailMessage(policy=policy.SMTP)
    mail["X-Unsent"] = "1"
    with contextlib.suppress(Exception):  # what the address parser raises is not documented
        if email:
            mail["To"] = Address(_bare(to), addr_spec=email)
    mail["Subject"] = _bare(subject)
    mail.set_content(text + "\n")
    return mail.as_bytes(), "To" in mail


def _bare(text: str) -> str:
    """The `text` on one line, without a character that a header must not hold."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def write_message(path: Path, content: bytes) -> None:
    """Writes a message file that is not there yet, whole or not at all; else Refused."""
    if os.path.lexists(path):
        raise Refused(f"{path} is there already.", "Nothing was written. Name another file.")
    write_whole(path, content, "written")


def link(email: str | None, subject: str, text: str) -> str:
    """A mailto: link to an unsent message; Refused where it is longer than programs take."""
    address = quote(_bare(email or "").replace(" ", ""), safe="@")
    body = quote(text.replace("\n", "\r\n"), safe="")
    whole = f"mailto:{address}?subject={quote(_bare(subject), safe='')}&body={body}"
    if len(whole) > LINK_LIMIT:
        raise Refused(
            f"as a link it has {len(whole):,} characters; mail programs take {LINK_LIMIT:,}.",
            "Write a message file instead: --eml FILE",
        )
    return whole


def copy(text: str) -> None:
    """Hands `text` to the terminal's clipboard; Refused where there is no terminal."""
    content = base64.b64encode(text.encode("utf-8"))
    if len(content) > _COPY_LIMIT:
        raise Refused("the text is too long for a terminal's clipboard.", "Use --eml FILE.")
    try:
        terminal = os.open(TERMINAL, os.O_WRONLY | getattr(os, "O_NOCTTY", 0))
        try:
            os.write(terminal, b"\x1b]52;c;" + content + b"\x07")
        finally:
            os.close(terminal)
    except OSError:
        raise Refused(
            "there is no terminal whose clipboard could take it.",
            "Leave --copy out: the text is printed.",
        ) from None


def edited_draft(text: str) -> str:
    """The `text` as the user's editor leaves it; Refused where there is none, or it fails."""
    dropped = "The draft was dropped."
    content = (text + "\n").encode("utf-8")
    example = "reftrack draft … --edit"
    left = editor.edited(content, "draft.txt", example=example, otherwise=dropped)
    try:
        words = left.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("the editor left no text in UTF-8.", dropped) from None
    if not words.strip():
        raise Refused("the draft was emptied.", "Nothing was written.")
    return words.replace("\r\n", "\n").strip("\n")
