"""The connections of a person on their page."""

from __future__ import annotations

from reftrack.application.connections import Connections
from reftrack.application.results import Present
from reftrack.application.sources import favours_of
from reftrack.domain.counting import counted, listed
from reftrack.domain.referrals import Referral
from reftrack.domain.times import text_of
from reftrack.wording import times
from reftrack.wording.stages import stage_of

_LINES = 20


def facts_of(connections: Connections, present: Present) -> list[tuple[str, str]]:
    """The connections as facts of the page, a label and a text each."""
    name = connections.name
    facts = []
    if len(connections.back) > 1:
        first, *others = connections.back
        chain = f"{name(first.source)} referred {name(first.prospect)} ({first.id})"
        chain += "".join(f", who referred {name(r.prospect)} ({r.id})" for r in others)
        facts.append(("Chain", chain))
    for referral in connections.onward[:_LINES]:
        said = f"{name(referral.source)} referred {name(referral.prospect)}"
        stage = stage_of(connections.stages[referral.id])
        facts.append((f"Led to {referral.id}", f"{said} ({stage})"))
    if len(connections.onward) > _LINES:
        facts.append(("Led to", f"{len(connections.onward) - _LINES} more"))
    if connections.balance.received or connections.given:
        facts.append(("Favours", _favours(connections, present)))
    if connections.touches:
        last = times.stamp(connections.touches[-1].at, present.zone)
        facts.append(("Touches", f"{len(connections.touches)}, the last {last}"))
    return facts


def _favours(connections: Connections, present: Present) -> str:
    balance = connections.balance
    text = f"{favours_of(balance)}: {counted(balance.received, 'good referral')} from them"
    text += f", {len(connections.given)} given"
    text += f", {balance.let_go} let go" if balance.let_go else ""
    if connections.given:
        given = [
            f"{event.data.get('prospect') or 'somebody'},"
            f" {times.day(event.at, present.now, present.zone)}"
            for event in reversed(connections.given)
        ]
        text += f" ({listed(given)})" if len(given) < 3 else f" (last {given[0]})"
    return text


def document_of(connections: Connections) -> dict[str, object]:
    """The connections as a program reads them."""

    def link(referral: Referral) -> dict[str, object]:
        return {
            "referral": referral.id,
            "source": {"id": referral.source, "name": connections.name(referral.source)},
            "prospect": {"id": referral.prospect, "name": connections.name(referral.prospect)},
        }

    balance, touches = connections.balance, connections.touches
    return {
        "chain": [link(referral) for referral in connections.back],
        "led_to": [link(referral) for referral in connections.onward],
        "favours": {
            "received": balance.received,
            "let_go": balance.let_go,
            "given": balance.given,
            "balance": favours_of(balance),
        },
        "touches": len(touches),
        "last_touch_at": text_of(touches[-1].at) if touches else None,
    }
