"""A note, a text or a call's opening lines, from templates that see only what may be told."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from functools import partial
from importlib.resources import files
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING

from reftrack.errors import BadInput
from reftrack.wording.phrases import PHRASES

if TYPE_CHECKING:
    from jinja2.sandbox import ImmutableSandboxedEnvironment


@dataclass(frozen=True, slots=True)
class News:
    """The stage of one referral, for its source; `problem` is what is still to be put right."""

    about: str
    about_first: str
    stage: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A problem, and how it was put right, empty while it is not."""

    problem: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """All that a template may see: words alone, and nothing that leads to what is private.

    `to` is whom it is for and `first` how they are addressed; `about` is the other person, empty
    where there is none. `relation` is what `to` is to the writer, `tie` what `about` is to `to`.
    `others` are further people whom the same thanks are for, `covers` all rules that it settles.
    `on` says when it happened, `tries` how often a call was tried, `better` whom the prospect was
    sent to. The last three are the writer's own, from the configuration.
    """

    to: str
    first: str
    about: str = ""
    about_first: str = ""
    others: tuple[str, ...] = ()
    relation: str = "other"
    kind: str = "client"
    tie: str = ""
    stage: str = "received"
    on: str = ""
    tries: str = ""
    reason: str = ""
    better: str = ""
    troubles: tuple[Trouble, ...] = ()
    live: tuple[News, ...] = ()
    is_happy: bool = False
    covers: tuple[str, ...] = ()
    name: str = ""
    why_me: str = ""
    ideal_client: str = ""


# What each way to reach somebody is written as.
FORMS = {
    "card": "note",
    "email": "note",
    "gift": "note",
    "text": "text",
    "call": "talk",
    "in-person": "talk",
}


def subject_line(rule: str, letter: Letter) -> str:
    """The subject of an email of this rule, on one line."""
    phrases = PHRASES[rule]
    line = phrases.subject if letter.about else phrases.subject_alone or phrases.subject
    return " ".join(line.format(about=letter.about).split())


_TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "mx", "miss", "sir", "dame", "rev", "fr"})
_FIRMS = frozenset(
    {
        "ltd",
        "limited",
        "plc",
        "inc",
        "llc",
        "llp",
        "gmbh",
        "co",
        "corp",
        "&",
        "and",
        "company",
        "the",
    }
)


def called(name: str) -> str:
    """The name by which somebody is addressed: by the first name, where it surely is one.

    >>> called("Sam Ortiz"), called("Dr. Kim Wood"), called("Ortiz & Sons Ltd")
    ('Sam', 'Dr. Kim Wood', 'Ortiz & Sons Ltd')
    """
    words = name.split()
    bare = [word.casefold().strip(".,") for word in words]
    is_plain = len(words) > 1 and "," not in name and not any(c.isdigit() for c in name)
    if not is_plain or bare[0] in _TITLES or len(bare[0]) < 2 or _FIRMS & set(bare):
        return name
    return words[0]


def visible(rule: str, way: str, letter: Letter) -> dict[str, object]:
    """Every name that a template of this rule can use, with what it stands for."""
    shown: dict[str, object] = {field.name: getattr(letter, field.name) for field in fields(letter)}
    said = {rule, *PHRASES[rule].says_too}
    also = tuple(other for other in letter.covers if other not in said)
    me = called(letter.name) if letter.relation in _BY_FIRST_NAME else letter.name
    return shown | {"rule": rule, "way": way, "form": FORMS[way], "also": also, "me": me}


_BY_FIRST_NAME = ("friend", "family", "colleague")


def written(rule: str, way: str, letter: Letter, own: Path | None = None) -> str:
    """The words of this rule for this way to reach somebody, ready to be sent.

    Templates in the folder `own` stand in for those of the same name here. BadInput names the file
    and the line of one that cannot be used.
    """
    environment = _environment(own)
    try:
        text = environment.get_template(f"{rule}.j2").render(visible(rule, way, letter))
    except BadInput:
        raise
    except Exception as error:
        if own is None or (fault := _fault_in(own, error)) is None:
            raise
        raise fault from None
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _environment(own: Path | None) -> ImmutableSandboxedEnvironment:
    from jinja2 import FunctionLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(partial(_source, own=own)),
        undefined=StrictUndefined,
        autoescape=False,  # plain text, never a page
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # What Jinja offers besides is of no use to a letter, and some of it leads out of the sandbox.
    environment.globals.clear()
    environment.filters |= {"flow": flow, "sentence": sentence, "clause": clause, "listed": listed}
    return environment


_NAME = re.compile(r"_?[a-z]+(-[a-z]+)*\.j2")


def _source(name: str, own: Path | None) -> tuple[str, str | None, None] | None:
    """The template of this name, the user's own first; None where there is none."""
    if not _NAME.fullmatch(name):
        return None
    if own is not None:
        path = own / name
        try:
            return path.read_bytes().decode("utf-8-sig"), str(path), None
        except (FileNotFoundError, NotADirectoryError):
            pass
        except UnicodeDecodeError:
            raise BadInput(f"the template {path} is not UTF-8.", "Convert it first.") from None
        except OSError as error:
            raise BadInput(
                f"the template {path} cannot be read: {error.strerror}.", "Check its permissions."
            ) from None
    here = files("reftrack.wording").joinpath("templates", name)
    return (here.read_text(encoding="utf-8"), None, None) if here.is_file() else None


def _fault_in(own: Path, error: Exception) -> BadInput | None:
    """The fault in a template of the user's; None where they have none."""
    from jinja2 import TemplateError, TemplateSyntaxError

    places = [
        (frame.f_code.co_filename, line)
        for frame, line in walk_tb(error.__traceback__)
        if frame.f_code.co_filename.startswith(str(own))
    ]
    if isinstance(error, TemplateSyntaxError) and (error.filename or "").startswith(str(own)):
        places.append((error.filename or "", error.lineno))
    if places:
        file, line = places[-1]
        where = f"{file}, line {line}"
    elif own.is_dir() and any(own.glob("*.j2")):
        where = f"a template in {own}"
    else:
        return None
    # Only Jinja's own words: others may repeat what stands in the letter.
    said = error.message if isinstance(error, TemplateError) else type(error).__name__
    what = " ".join((said or type(error).__name__).split()).rstrip(".")
    return BadInput(
        f"{where}: {what[:200]}.",
        "Mend it, or move it away to use the words that come with the program.",
    )


# What templates do with words.


def flow(text: str) -> str:
    """Each paragraph on one line, as a mail program wants it; a line after `- ` stays its own."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        lines: list[str] = []
        for line in paragraph.splitlines():
            words = " ".join(line.split())
            if words.startswith("- ") or not lines:
                lines.append(words)
            elif words:
                lines[-1] += f" {words}"
        paragraphs.append("\n".join(lines))
    return "\n\n".join(filter(None, paragraphs))


def sentence(text: str) -> str:
    """`text` as a sentence: with a capital, and with a full stop where it has no end."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "…", "]")) else ".")


_SMALL_WORDS = """
    a an the this that these those it its they their them there we our us you your he his she her
    too not no some somebody one two both after before because at in on for from of to with outside
    price cost budget wanted went chose needs
"""
_SMALL = frozenset(_SMALL_WORDS.split())


def clause(text: str) -> str:
    """`text` as it may stand after a colon: a small first word without capital, no full stop."""
    first = text.split(maxsplit=1)[0] if text.strip() else ""
    if first[1:].islower() or len(first) == 1:
        text = text[:1].lower() + text[1:] if first.casefold() in _SMALL else text
    return text.rstrip(".")


def listed(names: Iterable[str]) -> str:
    """`Dana Ruiz, Kim Wood and Lee Park`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
