"""The words that completion knows without loading the program, from what the program knows of itself."""

from __future__ import annotations

import json
from collections.abc import Iterable

from reftrack.cli.app import whole_command
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.commands.completion import SHELLS
from reftrack.config.keys import KEYS
from reftrack.domain.events import WAYS
from reftrack.domain.people import RELATIONS
from reftrack.domain.referrals import KINDS
from reftrack.exchange.sheets.dates import ORDERS

# A flag and its negation share one help, which is about the flag; at a TAB each stands by itself.
_NEGATED = {
    "--not-agreed": "They did not get what was agreed",
    "--not-delivered": "Something is still to be delivered",
    "--unhappy": "They are not happy with it",
    "--not-confidential": "Of a referral: the source may be named",
}


def page() -> str:
    """The whole module: the commands, their options, the words that may stand there."""
    front = whole_command()
    rows = []
    with front.make_context("reftrack", ["due"]) as context:
        for name, entry in COMMANDS.items():
            parameters = front.get_command(context, name).params
            places = [p.metavar or "" for p in parameters if p.param_type_name == "argument"]
            options = [
                (option, "" if p.is_flag else p.metavar or "", purpose)
                for p in parameters
                if p.param_type_name == "option"
                for option, purpose in (
                    *((option, _first_sentence(p.help or "")) for option in p.opts),
                    *((option, _NEGATED[option]) for option in p.secondary_opts),
                )
            ]
            row = f"{_quoted(entry.purpose)}, {_tuple(map(_quoted, places))}, ("
            rows += [f"    {_quoted(name)}: ({row}", *_tuples(options), "    )),"]
    words = []
    for kind, choices in _words_by_kind().items():
        words += [f"    {_quoted(kind)}: (", *_tuples(choices), "    ),"]
    return _VOCABULARY.format("\n".join(rows), "\n".join(words))


_VOCABULARY = '''"""The words that completion knows without loading the program, from `docs/generate.py`."""

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
