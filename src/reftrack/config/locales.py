"""The order in which a locale writes day and month, from its name alone."""

from __future__ import annotations

import os
import re

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"

_NAME = re.compile(r"([a-z]{2,3})(?:_([A-Z]{2}|\d{3}))?(?:\.[\w-]+)?(?:@\w+)?", re.ASCII)
# English of the United States, of what belongs to it, and of where it was taken from there.
_MONTH_FIRST = {
    *("en_US", "en_AS", "en_GU", "en_MH", "en_MP", "en_PH", "en_PR", "en_UM", "en_VI", "es_PR"),
    *("fil_PH", "tl_PH"),
}
# Where the year comes first, or both orders are about: figures without a year could be either.
_LANGUAGES_IN_DOUBT = {"af", "dz", "eu", "fa", "hu", "ja", "ko", "lt", "mn", "ne", "si", "sv", "zh"}
_TERRITORIES_IN_DOUBT = {"CA", "PH", "PR", "US", "ZA"}


def order_of_dates() -> str | None:
    """The order in which the locale of this computer's user writes day and month.

    None where nothing says it: no locale is set, it is that of programs (`C`, `POSIX`), or its
    dates begin with the year.
    """
    return order_in(next((os.environ[name] for name in VARIABLES if os.environ.get(name)), ""))


# The first of these that is set names the locale of dates.
VARIABLES = ("LC_ALL", "LC_TIME", "LANG")


def order_in(locale: str) -> str | None:
    """The order of day and month in a locale such as `en_GB.UTF-8`."""
    found = _NAME.fullmatch(locale)
    if not found:
        return None
    language, territory = found[1], found[2]
    if f"{language}_{territory}" in _MONTH_FIRST:
        return MONTH_FIRST
    # English is written in both ways, so it takes a territory to tell.
    is_in_doubt = language in _LANGUAGES_IN_DOUBT or territory in _TERRITORIES_IN_DOUBT
    return None if is_in_doubt or (language == "en" and territory is None) else DAY_FIRST
