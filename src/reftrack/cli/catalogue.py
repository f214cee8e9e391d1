"""The commands, grouped as a person thinks; each is built only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandEntry:
    """A command's module, its heading in the help, and an example of it."""

    module: str
    function: str
    panel: str
    purpose: str
    example: str


_DAY = "Every day"
_HARD = "When it gets difficult"
_PEOPLE = "Relationships"
_LOOK = "Looking"
_DATA = "Data"


def _command(module: str, function: str, panel: str, purpose: str, example: str) -> CommandEntry:
    return CommandEntry(
        f"reftrack.cli.commands.{module}", function, panel, purpose, f"reftrack {example}"
    )


COMMANDS: dict[str, CommandEntry] = {
    "due": _command("due_options", "due", _DAY, "What is owed, and by when", "due"),
    "add": _command(
        "add", "add", _DAY, "A referral came in", 'add "Dana Ruiz" --from "Sam Ortiz" --tie cousin'
    ),
    "thank": _command("touches", "thank", _DAY, "The source was thanked", "thank 12 --by card"),
    "contact": _command(
        "steps", "contact", _DAY, "The prospect was called, or tried", "contact 12 --no-answer"
    ),
    "agree": _command("steps", "agree", _DAY, "An appointment is made", 'agree 12 "fri 10:00"'),
    "meet": _command("steps", "meet", _DAY, "The prospect was met", "meet 12"),
    "win": _command("steps", "win", _DAY, "The prospect signed", "win 12"),
    "deliver": _command("steps", "deliver", _DAY, "The work is finished", "deliver 12"),
    "tell": _command(
        "touches", "tell", _DAY, "The source heard the news", 'tell 12 "They meet on Friday"'
    ),
    "done": _command("touches", "done", _DAY, "The next debt of a referral is settled", "done 12"),
    "draft": _command("draft", "draft", _DAY, "The words for a courtesy, to send", "draft 12"),
    "walk": _command("walk", "walk", _DAY, "Through the morning, one by one", "walk"),
    "lose": _command(
        "verbs", "lose", _HARD, "The prospect went elsewhere", 'lose 12 --why "A cousin does it"'
    ),
    "decline": _command(
        "verbs", "decline", _HARD, "You said no", 'decline 12 --why "Outside our area"'
    ),
    "refer-out": _command(
        "steps",
        "refer_out",
        _HARD,
        "You sent the prospect to another",
        'refer-out 12 --to "Kim Wood"',
    ),
    "explain": _command(
        "touches", "explain", _HARD, "The source knows why", "explain 12 --by call"
    ),
    "problem": _command(
        "verbs", "problem", _HARD, "Something went wrong", 'problem 12 "The survey came late"'
    ),
    "resolve": _command(
        "steps", "resolve", _HARD, "It is put right", 'resolve 12 "A new survey, free of charge"'
    ),
    "waive": _command(
        "putting_off",
        "waive",
        _HARD,
        "Let a courtesy go",
        'waive 12 thank-win --why "Thanked at lunch"',
    ),
    "snooze": _command(
        "putting_off", "snooze", _HARD, "Hide it until a day", "snooze 12 --until thu"
    ),
    "rate": _command("steps", "rate", _PEOPLE, "How well a referral fitted", "rate 12 poor"),
    "educate": _command(
        "touches", "educate", _PEOPLE, "The source knows whom you help best", "educate 12"
    ),
    "promise": _command(
        "people",
        "promise",
        _PEOPLE,
        "You said you would do it",
        'promise 12 "Send the plans" --due fri',
    ),
    "keep": _command("people", "keep", _PEOPLE, "A promise is kept", "keep 12"),
    "missed": _command("verbs", "missed", _PEOPLE, "Somebody left word", 'missed "Sam Ortiz"'),
    "call-back": _command("verbs", "call_back", _PEOPLE, "They were called back", "call-back @3"),
    "refer": _command(
        "people", "refer", _PEOPLE, "You referred somebody", 'refer "Lee Park" --to @3'
    ),
    "review": _command(
        "people",
        "review",
        _PEOPLE,
        "A client said how it went",
        "review @3 --agreed --delivered --happy",
    ),
    "ask": _command("people", "ask", _PEOPLE, "You asked for referrals", "ask @3"),
    "wish": _command(
        "people", "wish", _PEOPLE, "How a source wants to hear", "wish @3 --updates 30d --by email"
    ),
    "pause": _command("people", "pause", _PEOPLE, "Too busy for new referrals", "pause"),
    "resume": _command("people", "resume", _PEOPLE, "Room again", "resume"),
    "open-again": _command(
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
    "note": _command("noting", "note", _DATA, "A private note", 'note 12 "Prefers the mornings"'),
    "edit": _command(
        "editing",
        "edit",
        _DATA,
        "Correct a referral or a person",
        'edit @3 --phone "020 7946 0018"',
    ),
    "merge": _command("merging", "merge", _DATA, "Two names of one person", "merge @4 @3"),
    "undo": _command("undoing", "undo", _DATA, "Take the last command back", "undo"),
    "redo": _command("undoing", "redo", _DATA, "Bring it back after all", "redo"),
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
    "delete": "undo",
    "promised": "promise",
    "kept": "keep",
    "appointment": "agree",
    "appoint": "agree",
    "meeting": "agree",
    "arrange": "agree",
    "move": "agree",
    "remove": "undo",
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
