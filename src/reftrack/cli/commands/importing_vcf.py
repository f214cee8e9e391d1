"""`import FILE.vcf`: the people of a phone or an address book."""

from __future__ import annotations

from pathlib import Path

from reftrack.cli.here import Here
from reftrack.errors import Refused


def import_cards(
    here: Here, path: Path, *, encoding: str | None, is_dry_run: bool, is_sure: bool
) -> None:
    """Adds the people on the cards of the file, in one step."""
    del here, encoding, is_dry_run, is_sure
    raise Refused(f"{path.name}: cards cannot be read yet.", "Say reftrack add.")
