"""The pages on what the program does, as it does it: `python docs/generate.py` brings them up to date.

A test compares them with what the program says today.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path

import manual
import vocabulary
from examples import Untrue, answer, filled
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.command_line import command_text
from reftrack.config.keys import KEYS
from reftrack.rules.rulebook import RULEBOOK, Rule
from reftrack.wording.because import ARTICLES

HERE = Path(__file__).parent


def said_by(*arguments: str) -> str:
    """The output of the program on this command line."""
    answered = answer(*arguments)
    if answered.code:
        sys.exit(f"reftrack {shlex.join(arguments)} ended with {answered.code}")
    return answered.out.rstrip()


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
    kinds = [rule.done_said] if rule.done_said else _words(rule.done_by)
    done = [*kinds, *filter(None, [rule.done_too])]
    moot = [*_words(rule.moot_by), *filter(None, [rule.moot_too])]
    it = "12" if rule.subject == "referral" else "@7"
    facts = [
        ("Owed", f"to the {rule.to}" if rule.to != "person" else "to the person"),
        ("Opens", rule.when),
        ("Within", f"`{rule.within}`" if rule.within else "the time that you said"),
        ("Done by", ", ".join(done)),
        ("Moot by", ", ".join(moot) or "nothing"),
        ("Usual way", rule.way or "any"),
        ("Settled by", f"`{command_text(rule.command.on(it))}`"),
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


def configuration() -> str:
    """The page on the configuration, with all that can be set."""
    rows = [
        f"| `{key.name}` | {key.kind} | {_default(key.default)} | {key.purpose} |"
        for key in KEYS.values()
    ]
    table = ["| key | may be | without it | |", "|---|---|---|---|", *rows]
    return _with_part("configuration.md", "\n".join(table))


def _default(value: object) -> str:
    return f"`{value}`" if value not in ("", []) else "not set"


def safety() -> str:
    """The page on safety, with the figures of `make torture`."""
    kept = HERE / "figures" / "torture.txt"
    if not kept.exists():
        return _with_part("safety.md", "It prints its figures; none are kept here yet.")
    return _with_part("safety.md", figures(kept.read_text(encoding="utf-8")))


def figures(said: str) -> str:
    """The report of `make -s torture`, a row a proof."""
    rows: list[tuple[str, str, list[str]]] = []
    for line in said.partition("\nTogether\n")[0].splitlines():
        if proof := re.fullmatch(r"(\S.*): (holds|skipped|FAILED)", line):
            rows.append((proof[1], proof[2], []))
        elif figure := re.fullmatch(r" +(\S+  |skipped: )(\S.*)", line):
            rows[-1][2].append(f"{figure[1].strip()} {figure[2]}")
    shown = [f"| {name} | {', '.join(figures)} | {end} |" for name, end, figures in rows]
    return "\n".join(["| | | |", "|---|---|---|", *shown])


BEGIN, END = "<!-- made by docs/generate.py -->", "<!-- until here -->"


def _with_part(name: str, part: str) -> str:
    """A page written by hand, but for the part between its two marks."""
    before, _, rest = (HERE / name).read_text(encoding="utf-8").partition(BEGIN)
    return f"{before}{BEGIN}\n{part}\n{END}{rest.partition(END)[2]}"


PAGES: dict[str, Callable[[], str]] = {
    "rulebook.md": rulebook,
    "commands.md": commands,
    "configuration.md": configuration,
    "safety.md": safety,
    "reftrack.1": manual.page,
    "../src/reftrack/cli/vocabulary.py": vocabulary.page,
}


def pages() -> list[str]:
    """Every page, by its path from this folder, and whatever else is made here."""
    written = [path.name for path in HERE.glob("*.md")]
    return sorted({*PAGES, *written, "../README.md"})


def page(name: str) -> str:
    """The page as it has to be: made here, or written by hand, with the answers of the program."""
    made = PAGES.get(name)
    text = made() if made else (HERE / name).read_text(encoding="utf-8")
    return filled(text) if name.endswith(".md") else text


def main() -> None:
    """Writes anew what is not up to date."""
    for name in pages():
        try:
            text = page(name)
        except Untrue as error:
            sys.exit(f"{name}: {error}")
        (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    os.environ["COLUMNS"] = "80"
    main()
