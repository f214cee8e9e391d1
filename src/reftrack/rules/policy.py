"""The policy from what a configuration says of it: changed deadlines, and rules that are off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reftrack.domain.spelling import did_you_mean
from reftrack.domain.times import Span, parse_span
from reftrack.errors import BadInput
from reftrack.hints import command
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.rules.terms import RHYTHM, Policy


def policy_of(changes: Mapping[str, object] | None = None, off: Iterable[object] = ()) -> Policy:
    """The page's defaults with these changes.

    BadInput names a key or rule that does not exist, with the nearest that does, and a value that
    is not a length of time.
    """
    values: dict[str, object] = {rule.name: rule.within for rule in RULEBOOK}
    values |= RHYTHM
    for key, value in (changes or {}).items():
        if key not in values:
            raise _unknown("policy", key, values)
        values[key] = value
    spans = {key: checked_span(key, value) for key, value in values.items()}
    for name in off:
        if not isinstance(name, str) or name not in BY_NAME:
            raise _unknown("rule", str(name), BY_NAME)
    return Policy(
        within={rule.name: spans[rule.name] for rule in RULEBOOK},
        **{key: spans[key].days for key in RHYTHM},
        off=frozenset(str(name) for name in off),
    )


def checked_span(key: str, value: object) -> Span:
    """The length of time that this key of the policy is set to; BadInput where it is none."""
    try:
        span = parse_span(str(value))
    except BadInput as error:
        raise BadInput(f"policy {key}: {error.message}", error.hint) from None
    if key in RHYTHM and not span.days:
        raise BadInput(f"policy {key}: '{span}' is not a number of days.", "Say days: 14d.")
    return span


def _unknown(what: str, name: str, known: Iterable[str]) -> BadInput:
    return BadInput(
        f"there is no {what} '{name[:40]}'.",
        did_you_mean(name, known, (command("rules"), " lists them.")),
    )
