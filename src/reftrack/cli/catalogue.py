"""The commands, grouped as a person thinks; each is built only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command's module, its heading in the help, and an example of it.

    Of one that `records`, the answer can be had as JSON.
    """

    module: str
    function: str
    panel: str
    purpose: str
    example: str
    records: bool = False


_DAY = "Every day"
_HARD = "When it gets difficult"
_PEOPLE = "Relationships"
_LOOK = "Looking"
_DATA = "Data"


def _command(module: str, function: str, panel: str, purpose: str, example: str) -> CommandEntry:
    return CommandEntry(
        f"reftrack.cli.commands.{module}", function, panel, purpose, f"reftrack {example}"
    )


def _recording(module: str, function: str, panel: str, purpose: str, example: str) -> CommandEntry:
    return replace(_command(module, function, panel, purpose, example), records=True)


COMMANDS: dict[str, CommandEntry] = {
    "due": _command("due_options", "due", _DAY, "What is owed, and by when", "due"),
    "add": _recording(
        "add", "add", _DAY, "A referral came in", 'add "Dana Ruiz" --from "Sam Ortiz" --tie cousin'
    ),
    "thank": _recording("touches", "thank", _DAY, "The source was thanked", "thank 12 --by card"),
    "contact": _recording(
        "steps", "contact", _DAY, "The prospect was called, or tried", "contact 12 --no-answer"
    ),
    "agree": _recording("steps", "agree", _DAY, "An appointment is made", 'agree 12 "fri 10:00"'),
    "meet": _recording("steps", "meet", _DAY, "The prospect was met", "meet 12"),
    "win": _recording("steps", "win", _DAY, "The prospect signed", "win 12"),
    "deliver": _recording("steps", "deliver", _DAY, "The work is finished", "deliver 12"),
    "tell": _recording(
        "touches", "tell", _DAY, "The source heard the news", 'tell 12 "They meet on Friday"'
    ),
    "done": _recording(
        "touches", "done", _DAY, "The next debt of a referral is settled", "done 12"
    ),
    "draft": _command("draft", "draft", _DAY, "The words for a courtesy, to send", "draft 12"),
    "walk": _command("walk", "walk", _DAY, "Through the morning, one by one", "walk"),
    "lose": _recording(
        "verbs", "lose", _HARD, "The prospect went elsewhere", 'lose 12 --why "A cousin does it"'
    ),
    "decline": _recording(
        "verbs", "decline", _HARD, "You said no", 'decline 12 --why "Outside our area"'
    ),
    "refer-out": _recording(
        "steps",
        "refer_out",
        _HARD,
        "You sent the prospect to another",
        'refer-out 12 --to "Kim Wood"',
    ),
    "explain": _recording(
        "touches", "explain", _HARD, "The source knows why", "explain 12 --by call"
    ),
    "problem": _recording(
        "verbs", "problem", _HARD, "Something went wrong", 'problem 12 "The survey came late"'
    ),
    "resolve": _recording(
        "steps", "resolve", _HARD, "It is put right", 'resolve 12 "A new survey, free of charge"'
    ),
    "waive": _recording(
        "putting_off",
        "waive",
        _HARD,
        "Let a courtesy go",
        'waive 12 thank-win --why "Thanked at lunch"',
    ),
    "snooze": _recording(
        "putting_off", "snooze", _HARD, "Hide it until a day", "snooze 12 --until thu"
    ),
    "rate": _recording("steps", "rate", _PEOPLE, "How well a referral fitted", "rate 12 poor"),
    "educate": _recording(
        "touches", "educate", _PEOPLE, "The source knows whom you help best", "educate 12"
    ),
    "promise": _recording(
        "people",
        "promise",
        _PEOPLE,
        "You said you would do it",
        'promise 12 "Send the plans" --due fri',
    ),
    "keep": _recording("people", "keep", _PEOPLE, "A promise is kept", "keep 12"),
    "missed": _recording("verbs", "missed", _PEOPLE, "Somebody left word", 'missed "Sam Ortiz"'),
    "call-back": _recording("verbs", "call_back", _PEOPLE, "They were called back", "call-back @3"),
    "refer": _recording(
        "people", "refer", _PEOPLE, "You referred somebody", 'refer "Lee Park" --to @3'
    ),
    "review": _recording(
        "people",
        "review",
        _PEOPLE,
        "A client said how it went",
        "review @3 --agreed --delivered --happy",
    ),
    "ask": _recording("people", "ask", _PEOPLE, "You asked for referrals", "ask @3"),
    "wish": _recording(
        "people", "wish", _PEOPLE, "How a source wants to hear", "wish @3 --updates 30d --by email"
    ),
    "pause": _recording("people", "pause", _PEOPLE, "Too busy for new referrals", "pause"),
    "resume": _recording("people", "resume", _PEOPLE, "Room again", "resume"),
    "open-again": _recording(
        "verbs", "open_again", _PEOPLE, "Somebody knows of the room", "open-again @3"
    ),
    "find": _command("finding", "find", _LOOK, "A name, a number, a word of a note", "find leak"),
    "list": _command("listing", "list_", _LOOK, "The referrals, each with its next step", "list"),
    "show": _command("showing", "show", _LOOK, "All about a referral or a person", "show 12"),
    "sources": _command(
        "sources", "sources", _LOOK, "Who sends referrals, and are you good to them", "sources"
    ),
    "why": _command("why", "why", _LOOK, "Why something is owed, or is not", "why 12"),
    "rules": _command("rulebook", "rules", _LOOK, "The rulebook", "rules"),
    "note": _recording("noting", "note", _DATA, "A private note", 'note 12 "Prefers the mornings"'),
    "edit": _recording(
        "editing",
        "edit",
        _DATA,
        "Correct a referral or a person",
        'edit @3 --phone "020 7946 0018"',
    ),
    "merge": _recording("merging", "merge", _DATA, "Two names of one person", "merge @4 @3"),
    "undo": _recording("undoing", "undo", _DATA, "Take a command back", "undo 41"),
    "redo": _recording("undoing", "redo", _DATA, "Bring it back after all", "redo"),
    "check": _command("checking", "check", _DATA, "Is the book whole?", "check"),
    "backup": _command("safekeeping", "backup", _DATA, "A copy of the book", "backup"),
    "restore": _command(
        "safekeeping", "restore", _DATA, "Back to a copy", "restore book-of-friday.db"
    ),
    "export": _command("data", "export", _DATA, "The book for other programs", "export book.json"),
    "import": _command(
        "data", "import_", _DATA, "From other programs' files", "import leads.csv --dry-run"
    ),
    "config": _command(
        "configuring",
        "config",
        _DATA,
        "What is set, and changing it",
        "config set policy.thank-referral 12h",
    ),
    "schedule": _command(
        "scheduling",
        "schedule",
        _DATA,
        "What to install for every morning",
        "schedule systemd --at 08:00",
    ),
    "completion": _command(
        "completion", "completion", _DATA, "TAB completes names in your shell", "completion bash"
    ),
}

# Words for what nothing here does: nothing is deleted, a step is undone.
DELETING = frozenset({"delete", "remove", "rm", "del", "erase"})

# Words that people try first, with the command for each.
INSTEAD = {
    "update": "tell",
    "message": "tell",
    "news": "tell",
    "prefer": "wish",
    "preference": "wish",
    "give": "refer",
    "reopen": "open-again",
    "close": "lose",
    "lost": "lose",
    "sold": "win",
    "won": "win",
    "sale": "win",
    "sell": "win",
    "call": "contact",
    "phone": "contact",
    "contacted": "contact",
    "met": "meet",
    "thanks": "thank",
    "new": "add",
    "referral": "add",
    "today": "due",
    "todo": "due",
    "next": "due",
    "busy": "pause",
    "full": "pause",
    "free": "resume",
    "finish": "deliver",
    "finished": "deliver",
    "happy": "review",
    "ls": "list",
    "search": "find",
    "look": "find",
    "correct": "edit",
    "change": "edit",
    "rename": "edit",
    "same": "merge",
    "twin": "merge",
    "duplicate": "merge",
    "remember": "note",
    "doctor": "check",
    "verify": "check",
    "fsck": "check",
    "repair": "check",
    "save": "backup",
    "copy": "backup",
    "revert": "undo",
    "oops": "undo",
    "back": "undo",
    "mistake": "undo",
    "promised": "promise",
    "kept": "keep",
    "appointment": "agree",
    "appoint": "agree",
    "meeting": "agree",
    "arrange": "agree",
    "move": "agree",
    "history": "undo",
    "morning": "walk",
    "reason": "why",
    "explanation": "why",
    "referrers": "sources",
    "balance": "sources",
    "reject": "decline",
    "skip": "waive",
    "ignore": "waive",
    "later": "snooze",
    "fix": "resolve",
    "fixed": "resolve",
    "issue": "problem",
    "write": "draft",
    "letter": "draft",
    "compose": "draft",
    "settings": "config",
    "configure": "config",
    "configuration": "config",
    "set": "config",
    "cron": "schedule",
    "systemd": "schedule",
    "launchd": "schedule",
    "remind": "schedule",
    "install": "schedule",
    "email": "draft",
}
