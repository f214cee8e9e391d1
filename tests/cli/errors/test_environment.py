"""Clocks, zones and configurations that are wrong."""

from __future__ import annotations

import pytest

from tests.support.bad_words import fails
from tests.support.driver import Book


@pytest.mark.parametrize(
    "now",
    [
        *("nonsense", " ", "2026", "2026-13-01", "2026-02-30", "2026-11-20T25:00", "1e9", "now"),
        *("0001-01-01", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\x1b[31m", "x" * 100_000),
        *("2026-11-20T15:00:00+99:00", "yesterday", "٢٠٢٦-١١-٢٠"),
    ],
    ids=lambda now: repr(now)[:30],
)
def test_a_now_that_is_no_instant(two: Book, now: str) -> None:
    """REFTRACK_NOW outside of ISO 8601, or of 1900 to 2199, is 2."""
    two.at(now)
    for command in (["due"], ["thank", "1"]):
        assert "REFTRACK_NOW" in fails(two, *command, code=2).err


@pytest.mark.parametrize(
    "zone",
    [
        *("nonsense", " ", "Europe", "europe/london ", "../../etc/passwd", "/etc/passwd", "UTC+1"),
        *("\x1b[31m", "a\nb", "x" * 5000, "Europe/../UTC", "\udcff", "."),
    ],
    ids=lambda zone: repr(zone)[:30],
)
def test_a_zone_that_does_not_exist(two: Book, zone: str) -> None:
    """REFTRACK_TZ and the configuration's `timezone` alike are 2."""
    two.zone(zone)
    assert "time zone" in fails(two, "due", code=2).err
    assert "time zone" in fails(two, "thank", "1", code=2).err


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ("nonsense", "not TOML"),
        ("[policy", "not TOML"),
        ("timezone = 'Europe/Nowhere'", "Europe/Nowhere"),
        ("timezone = 7", "time zone"),
        ("timezone = ['UTC']", "time zone"),
        ("colour = 'red'", "colour"),
        ("'\\u001b[31m' = 1", "setting"),
        ("policy = 3", "policy"),
        ("[policy]\nthank-referal = '12h'", "thank-referral"),
        ("[policy]\nnonsense = '12h'", "nonsense"),
        ("[policy]\nthank-referral = '12'", "12"),
        ("[policy]\nthank-referral = 12", "12"),
        ("[policy]\nthank-referral = '0h'", "0h"),
        ("[policy]\nthank-referral = '-1d'", "-1d"),
        ("[policy]\nthank-referral = ''", "thank-referral"),
        ("[policy]\nthank-referral = ['12h']", "thank-referral"),
        ("[policy]\nthank-referral = 1.5", "1.5"),
        ("[policy]\nthank-referral = '99999d'", "99999d"),
        ("[policy]\nupdate_every = '12h'", "days"),
        ("[policy.thank-referral]\nx = 1", "thank-referral"),
        ("rules = 1", "rules"),
        ("[rules]\noff = 'thank-win'", "list"),
        ("[rules]\noff = ['thank-wim']", "thank-win"),
        ("[rules]\noff = [7]", "7"),
        ("[rules]\non = ['thank-win']", "off"),
    ],
)
def test_a_configuration_that_is_wrong(two: Book, config: str, named: str) -> None:
    """2, the file and what is wrong in it; nothing is read or recorded by guess."""
    two.configure(config).zone("")
    for command in (["due"], ["thank", "1"], ["rules"], ["list", "--json"]):
        error = fails(two, *command, code=2).err
        assert named in error
        assert "config.toml" in error or "time zone" in error


def test_a_configuration_that_is_not_text(two: Book) -> None:
    """Bytes that are no UTF-8, or a folder in the file's place."""
    two.config.write_bytes(b"\xff\xfe")
    assert "not TOML" in fails(two, "due", code=2).err
    two.config.unlink()
    two.config.mkdir()
    assert "cannot be read" in fails(two, "due", code=2).err
