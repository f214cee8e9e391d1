"""The pages that the program writes about itself: `python docs/generate.py` brings them up to date.

A test compares them with what the program says today.
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import json
import os
import shlex
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from reftrack.cli.app import command, run
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.commands.completion import SHELLS
from reftrack.cli.keys import KEYS
from reftrack.domain.events import WAYS
from reftrack.domain.people import RELATIONS
from reftrack.domain.referrals import KINDS
from reftrack.exchange.csv_dates import ORDERS
from reftrack.rules.rulebook import RULEBOOK, Rule
from reftrack.wording.because import ARTICLES

HERE = Path(__file__).parent

# A line of prose, or a command with the local time at which it is given.
FIRST_DAY: tuple[str | tuple[str, str], ...] = (
    "It is Friday afternoon. Sam rings: his cousin Dana needs somebody like you. You put the phone"
    " down and write:",
    (
        "2026-11-20T15:00",
        'add "Dana Ruiz" --from "Sam Ortiz" --tie cousin --phone "0161 496 0005"',
    ),
    "That was all. Sam and Dana are in the book, the referral has the number 1 for good, and reftrack"
    " knows what you owe to whom. A name says as much as a number: `reftrack show dana`.",
    "You ring Dana at once, and nobody answers. That counts as an attempt, and reftrack will remind"
    " you to try again:",
    ("2026-11-20T15:20", "contact 1 --no-answer"),
    "On Saturday morning, with the coffee:",
    ("2026-11-21T09:30", "due"),
    "The card to Sam goes to the post. He is thanked for the referral itself, whatever comes of it:",
    ("2026-11-21T09:40", "thank 1 --by card"),
    "Dana rings back, and you meet on Monday. It went well, and nobody has to know it but you two"
    " and Sam:",
    ("2026-11-23T12:00", 'meet 1 --at "today 10:00"'),
    "Each line of `due` ends with the command that settles it. What you told Sam may stand behind it,"
    " for the day when you want to know:",
    ("2026-11-23T12:05", 'tell 1 "We met, and she will think it over"'),
    "Two days later Dana signs. Now you are in a hurry, for Sam must not hear of it from Dana:",
    ("2026-11-25T16:00", "win 1"),
    ("2026-11-25T16:01", "due"),
    "One call settles both lines, and the book is quiet again:",
    ("2026-11-25T16:20", "thank 1 --by call"),
    ("2026-11-25T16:21", "due --later"),
    "And this is all that happened:",
    ("2026-11-25T16:22", "show 1"),
)


def said_by(*arguments: str) -> str:
    """What the program prints on this command line."""
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        code = run(list(arguments))
    out.flush()
    if code:
        sys.exit(f"reftrack {shlex.join(arguments)} ended with {code}")
    return raw.getvalue().decode("utf-8").rstrip()


def first_day() -> str:
    """The tutorial, its commands given one after the other in a book of their own."""
    parts = ["# A first day"]
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {
            "REFTRACK_DB": str(Path(name) / "book.db"),
            "REFTRACK_CONFIG": str(Path(name) / "config.toml"),
            "REFTRACK_TZ": "Europe/London",
        }
        for part in FIRST_DAY:
            if isinstance(part, str):
                parts.append(part)
                continue
            os.environ["REFTRACK_NOW"], line = part
            parts.append(f"```\n$ reftrack {line}\n{said_by(*shlex.split(line))}\n```")
    parts.append(
        "What you type wrong is answered with what to do, and never half done. A name that fits"
        " several people is asked back; so is a time that could mean two things."
    )
    return "\n\n".join(parts) + "\n"


def rulebook() -> str:
    """The rules, from their own table."""
    parts = [
        "# The rulebook",
        "What a person who receives a referral owes, to whom, and by when. The etiquette comes from"
        " five articles on handling referrals:",
        "\n".join(f"- **{name}**: {title}" for name, title in ARTICLES.items()),
        "**Debts** are owed: somebody's trust is waiting. **Occasions** are good to do when the"
        " chance comes. Hours are the clock's, days are the calendar's: what is due within `7d` is"
        " due when the seventh day after it opened ends.",
    ]
    for rule in RULEBOOK:
        parts += _page_of(rule)
    return "\n\n".join(parts) + "\n"


def _page_of(rule: Rule) -> list[str]:
    done = [*_words(rule.done_by), *filter(None, [rule.done_too])]
    moot = [*_words(rule.moot_by), *filter(None, [rule.moot_too])]
    it = "12" if rule.subject == "referral" else "@7"
    facts = [
        ("Owed", f"to the {rule.to}" if rule.to != "person" else "to the person"),
        ("Opens", rule.when),
        ("Within", f"`{rule.within}`"),
        ("Done by", ", ".join(done)),
        ("Moot by", ", ".join(moot) or "nothing"),
        ("Usual way", rule.way or "any"),
        ("Settled by", f"`reftrack {rule.command.format(it=it)}`"),
        ("New business", "raised too" if rule.on_expansions else "not raised"),
        ("Source", ", ".join(rule.sources)),
    ]
    kind = " (occasion)" if rule.is_occasion else ""
    table = "\n".join(f"| {name} | {text} |" for name, text in facts)
    return [f"## {rule.number}. {rule.name}{kind}", rule.why, f"| | |\n|---|---|\n{table}"]


def _words(kinds: frozenset[str]) -> list[str]:
    return sorted(kind.replace("-", " ") for kind in kinds)


def commands() -> str:
    """The reference, from the program's own help."""
    parts = ["# The commands", f"```\n{said_by('--help')}\n```"]
    parts += [f"## {name}\n\n```\n{said_by(name, '--help')}\n```" for name in COMMANDS]
    return "\n\n".join(parts) + "\n"


def manual() -> str:
    """The manual page, which is a file beside this one."""
    spec = importlib.util.spec_from_file_location("manual", HERE / "manual.py")
    if spec is None or spec.loader is None:
        sys.exit("docs/manual.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.page())


def configuration() -> str:
    """The page on the configuration, with the part between its two marks made anew."""
    text = (HERE / "configuration.md").read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{_keys()}\n{END}{rest.partition(END)[2]}"


BEGIN, END = "<!-- made by docs/generate.py -->", "<!-- until here -->"


def _keys() -> str:
    rows = [
        f"| `{key.name}` | {key.kind} | {_default(key.default)} | {key.purpose} |"
        for key in KEYS.values()
    ]
    return "\n".join(["| key | may be | without it | |", "|---|---|---|---|", *rows])


def _default(value: object) -> str:
    return f"`{value}`" if value not in ("", []) else "not set"


def vocabulary() -> str:
    """What completion knows without loading the program: its commands, their options, its words."""
    front = command()
    rows = []
    with front.make_context("reftrack", ["due"]) as context:
        for name, entry in COMMANDS.items():
            parameters = front.get_command(context, name).params
            places = [p.metavar or "" for p in parameters if p.param_type_name == "argument"]
            options = [
                (option, "" if p.is_flag else p.metavar or "", _first_sentence(p.help or ""))
                for p in parameters
                if p.param_type_name == "option"
                for option in (*p.opts, *p.secondary_opts)
            ]
            row = f"{_quoted(entry.purpose)}, {_tuple(map(_quoted, places))}, ("
            rows += [f"    {_quoted(name)}: ({row}", *_tuples(options), "    )),"]
    words = []
    for kind, choices in _words_by_kind().items():
        words += [f"    {_quoted(kind)}: (", *_tuples(choices), "    ),"]
    return _VOCABULARY.format("\n".join(rows), "\n".join(words))


_VOCABULARY = '''"""What completion knows without loading the program; written by `docs/generate.py`."""

# fmt: off
# Of each command its purpose, the kinds of its places, and its options: name, kind, purpose.
COMMANDS: dict[str, tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...]]] = {{
{}
}}

# The words of a kind, each with what it means.
WORDS: dict[str, tuple[tuple[str, str], ...]] = {{
{}
}}
'''


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _tuple(parts: Iterable[str]) -> str:
    shown = list(parts)
    return f"({', '.join(shown)}{',' if len(shown) == 1 else ''})"


def _tuples(rows: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"        ({', '.join(map(_quoted, row))})," for row in rows]


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].removesuffix(".")


def _words_by_kind() -> dict[str, list[tuple[str, str]]]:
    plain = {
        "WAY": WAYS,
        "KIND": KINDS,
        "RELATION": RELATIONS,
        "FORM": ("json", "csv", "ics", "vcf"),
        "ORDER": ORDERS,
        "SHELL": SHELLS,
    }
    words = {kind: [(word, "") for word in choices] for kind, choices in plain.items()}
    wishes = [
        ("milestones", "when something happens"),
        ("outcome", "only how it ended"),
        ("monthly", "every 30 days"),
        ("weekly", "every 7 days"),
    ]
    keys = [(key.name, key.purpose) for key in KEYS.values()]
    return words | {"UPDATES": wishes, "WISH": wishes, "KEY": keys}


VOCABULARY = "../src/reftrack/cli/vocabulary.py"
PAGES = {
    "first-day.md": first_day,
    "rulebook.md": rulebook,
    "commands.md": commands,
    "configuration.md": configuration,
    "reftrack.1": manual,
    VOCABULARY: vocabulary,
}


def main() -> None:
    """Writes every page anew."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    os.environ["COLUMNS"] = "80"
    main()
