"""Amounts of money, as decimals in text: no digit is lost, whatever reads them."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,4})?", re.ASCII)


def is_amount(text: str) -> bool:
    """True for a decimal such as `4200` or `4200.50`: no sign, no thousands, no exponent."""
    return _AMOUNT.fullmatch(text) is not None
