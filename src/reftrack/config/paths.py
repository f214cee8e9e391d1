"""The places of the book and the configuration, and the digest of the latter."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from reftrack import __version__
from reftrack.errors import BadInput, StoreError


def database_path(option: str | None) -> Path:
    """The path of the book: `--db`, then REFTRACK_DB, then the platform's folder for user data."""
    if option is not None and not option.strip():
        # Most likely a variable that is not set: the usual book is not what was meant.
        from reftrack.hints import Blank, Option

        raise BadInput(
            "the option for the database names no file.",
            ("Say ", Option("db", Blank("PATH")), ", or leave it out."),
        )
    chosen = option or os.environ.get("REFTRACK_DB")
    if chosen:
        return _path(chosen)
    return _folder("data") / "reftrack.db"


def configuration_path() -> Path:
    """The path of the configuration: REFTRACK_CONFIG, then the platform's folder."""
    chosen = os.environ.get("REFTRACK_CONFIG")
    return _path(chosen) if chosen else _folder("config") / "config.toml"


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise StoreError(
            "there is no home folder that ~ could mean.", "Write the path out."
        ) from None


def _folder(what: str) -> Path:
    folder = _usual_folder(what)
    if folder is None:
        import platformdirs

        find = platformdirs.user_data_path if what == "data" else platformdirs.user_config_path
        try:
            folder = find("reftrack", appauthor=False)
        except RuntimeError:  # nothing says where home is
            folder = Path()
    if not folder.is_absolute():
        raise StoreError(
            "there is no home folder to keep the book in.",
            "Set HOME, or name the files: REFTRACK_DB=… and REFTRACK_CONFIG=…",
        )
    return folder


# Below HOME, where nothing else is asked for.
_USUAL = {
    ("linux", "data"): ".local/share",
    ("linux", "config"): ".config",
    ("darwin", "data"): "Library/Application Support",
    ("darwin", "config"): "Library/Application Support",
}


def _usual_folder(what: str) -> Path | None:
    """The folder that platformdirs gives, in the plain cases, without 10 ms of loading it."""
    below = _USUAL.get((sys.platform, what))
    named, home = os.environ.get(f"XDG_{what.upper()}_HOME", ""), os.environ.get("HOME", "")
    if below is None or "ANDROID_DATA" in os.environ:
        return None
    if named:
        is_plain = sys.platform == "linux" and named.startswith("/")
        return Path(named) / "reftrack" if is_plain else None
    return Path(home) / below / "reftrack" if home.startswith("/") else None


def content_of(path: Path) -> bytes | None:
    """The content of the file, None where there is none; BadInput where it cannot be read."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise BadInput(
            f"the configuration {path} cannot be read: {reason}.", "Check its permissions."
        ) from None


def configuration_digest(configuration: bytes | None, folder: Path) -> str:
    """A digest of all outside the book that policy and time zone come from.

    It is another text once any of that changes. Calendar files that the configuration in `folder`
    names for holidays are told by their size and time; none of them is read.
    """
    text = files = "-"
    if configuration:
        import hashlib

        text = hashlib.sha256(configuration).hexdigest()
        if b".ics" in configuration.lower():
            files = _signs_of_files(configuration, folder)
    return f"{__version__} {text} {files} {os.environ.get('REFTRACK_TZ', '')}"


def _signs_of_files(configuration: bytes, folder: Path) -> str:
    import tomllib

    from reftrack.config.holidays import signs_of

    try:
        week = tomllib.loads(configuration.decode("utf-8-sig")).get("week")
    except (ValueError, RecursionError):
        return "-"  # whoever reads it whole says what is wrong with it
    holidays = week.get("holidays") if isinstance(week, dict) else None
    texts = holidays if isinstance(holidays, list) else []
    return signs_of([text for text in texts if isinstance(text, str)], folder)
