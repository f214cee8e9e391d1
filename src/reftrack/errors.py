"""The errors, each with the exit code that scripts rely on."""

from __future__ import annotations

# Known to mypy by its name, without the module that a prompt must not wait for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from reftrack.hints import Hint


class ReftrackError(Exception):
    """An expected failure: what is wrong, and what to do about it.

    Nothing was recorded where one is raised. `hint` is the second line of the message and may be
    empty where the first line already says what to do; a face spells the commands in it.
    """

    exit_code = 1

    def __init__(self, message: str, hint: Hint = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotFound(ReftrackError):
    """No referral or person answers to what was typed."""


class Ambiguous(ReftrackError):
    """Several answer to it; the choices are listed with their numbers."""

    def __init__(self, message: str, choices: tuple[str, ...], hint: Hint = "") -> None:
        super().__init__(message, hint)
        self.choices = choices


class Refused(ReftrackError):
    """The etiquette, or the history so far, does not allow this step."""


class StoodOn(Refused):
    """Later steps stand on the step that was to be undone; `step` and `on_it` are their numbers."""

    def __init__(self, message: str, hint: Hint = "", *, step: int, on_it: tuple[int, ...]) -> None:
        super().__init__(message, hint)
        self.step = step
        self.on_it = on_it


class BadInput(ReftrackError):
    """The command line, a configuration value or a date is wrong in itself."""

    exit_code = 2


class StoreError(ReftrackError):
    """The database cannot be read or written; `is_damage` says that only a backup can help."""

    exit_code = 3

    def __init__(self, message: str, hint: Hint = "", *, is_damage: bool = False) -> None:
        super().__init__(message, hint)
        self.is_damage = is_damage
