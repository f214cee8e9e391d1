"""The command line: finds the command that the line names, and runs it."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer import core, exceptions
from typer import main as typer_main
from typer.models import CommandInfo

from reftrack import __version__, interrupts
from reftrack.cli.catalogue import COMMANDS, DELETING, INSTEAD
from reftrack.cli.ending import ended, flush
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import say, width, writing
from reftrack.domain.spelling import nearest
from reftrack.errors import BadInput, ReftrackError


class Context(typer.Context):
    """The context of one command line for Typer; it lays out the help as the screen wants it."""

    def make_formatter(self) -> Any:
        """An empty page of help."""
        from reftrack.cli.helping import Page

        return Page(width=self.terminal_width)


class TyperCommand(core.TyperCommand):
    """A command whose help, too, is an answer that may fail to be written."""

    context_class = Context

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the arguments; prints the help where that is asked for."""
        with writing():
            return super().parse_args(ctx, args)


class OnDemand(core.TyperGroup):
    """Builds each command only when it is asked for: each takes as long as a query to set up."""

    context_class = Context

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parses the arguments, as `TyperCommand` does."""
        with writing():
            return super().parse_args(ctx, args)

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, built now."""
        command = COMMANDS.get(cmd_name)
        if command is None:
            return None
        function = getattr(import_module(command.module), command.function)
        info = CommandInfo(
            name=cmd_name,
            cls=TyperCommand,
            callback=function,
            epilog=f"Example: {command.example}",
        )
        built = typer_main.get_command_from_info(
            info, pretty_exceptions_short=False, rich_markup_mode=None
        )
        if command.records and all(param.name != "json" for param in built.params):
            built.params.append(_json_option())
        return built

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The commands with their purposes, grouped as a person looks for them."""
        for panel in dict.fromkeys(command.panel for command in COMMANDS.values()):
            rows = [(name, c.purpose) for name, c in COMMANDS.items() if c.panel == panel]
            with formatter.section(panel):
                formatter.write_dl(rows)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the first word names; BadInput with the nearest one for a wrong word."""
        word = args[0]
        if word not in COMMANDS:
            raise _no_such_command(word)
        return super().resolve_command(ctx, args)


def _json_option() -> core.TyperOption:
    """The option `--json` of a command that records: its answer is said as a form."""
    return core.TyperOption(
        param_decls=["--json"],
        is_flag=True,
        expose_value=False,
        callback=lambda context, _parameter, value: setattr(context.obj, "is_json", value),
        help="As JSON, for a program.",
    )


def _no_such_command(word: str) -> BadInput:
    if word == "help":
        return BadInput("help is an option.", "Say: reftrack --help, or reftrack add --help")
    if word.casefold() in DELETING:
        from reftrack.hints import Blank, command

        return BadInput(
            f"there is no command '{word[:40]}': what was recorded is taken back, step by step.",
            ("`reftrack undo --list` has the numbers. Then: ", command("undo", Blank("N"))),
        )
    instead = INSTEAD.get(word.casefold())
    near = [instead] if instead else nearest(word.casefold(), COMMANDS)
    hint = f"Did you mean: reftrack {near[0]}" if near else "`reftrack --help` lists the commands."
    return BadInput(f"there is no command '{word[:40]}'.", hint)


def _version(value: bool) -> None:
    if value:
        say(f"reftrack {__version__}")
        raise typer.Exit


def root(
    ctx: typer.Context,
    db: Annotated[
        str | None,
        typer.Option("--db", metavar="PATH", help="The database, instead of the usual one."),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Whom you owe thanks, a call or news for a referral, and by when.

    A day begins with `reftrack due`, a new referral with `reftrack add`.
    """
    ctx.obj.db = db
    if ctx.invoked_subcommand is None:
        say(ctx.get_help())


def whole_command() -> Any:
    """The whole command line as one command."""
    front = typer.Typer(
        cls=OnDemand,
        name="reftrack",
        invoke_without_command=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        # Its own least width would break words on a narrow screen.
        context_settings={
            "help_option_names": ["-h", "--help"],
            "terminal_width": min(width(), 80) - 2,
        },
        subcommand_metavar="COMMAND …",
    )
    front.callback()(root)
    return typer_main.get_command(front)


def run_line(arguments: list[str]) -> int:
    """Runs one command line; its exit code."""
    here = Invocation()

    def answer() -> int:
        places, words = _places_and_words(arguments)
        try:
            if any(word.startswith(("--n", "--why", "--value")) for word in words):
                from reftrack.cli.unsaid import refuse_loose_words

                refuse_loose_words(words)
            if words[:1] == ["add"]:
                from reftrack.cli.unsaid import refuse_scattered_names

                refuse_scattered_names(words)
            code = _answered([*places, *words], here)
        except ReftrackError as error:
            from reftrack.cli.unsaid import keep_unsaid

            keep_unsaid(error, words)
            raise
        if here.has_recorded:
            from reftrack.application.safekeeping import back_up_for_today
            from reftrack.cli.answers import say_notes

            back_up_for_today(here.session)
            say_notes(here.session)
        return code

    return ended(answer, lambda: here.db)


def _answered(arguments: list[str], here: Invocation) -> int:
    """Runs one command to the end of its answer; the exit code that it chose."""
    with interrupts.until_answered():
        code = _invoked(arguments, here)
        flush()
    return code


def _invoked(arguments: list[str], here: Invocation) -> int:
    front = whole_command()
    try:
        with front.make_context("reftrack", arguments, obj=here) as ctx:
            front.invoke(ctx)
    except exceptions.Exit as stop:
        return stop.exit_code
    except exceptions.Abort:
        raise KeyboardInterrupt from None
    except exceptions.TyperException as error:
        raise _usage_error(error) from None
    return 0


def _usage_error(error: exceptions.TyperException) -> BadInput:
    """The two lines for a mistake in the command line, from what Typer says of it.

    A word that is in no place of its own is not repeated: it may be of a private text that was not
    quoted.
    """
    from reftrack.cli.unsaid import TOO_MANY_WORDS

    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "reftrack"
    hint = f"See: {path} --help"
    if "extra argument" in message:
        message = TOO_MANY_WORDS
        hint = f"A name or text of several words needs quotes. {hint}"
    elif name := getattr(error, "option_name", None) if "No such option" in message else None:
        message, near = _no_such_option(name, context.command if context else None)
        hint = f"{near}{hint}"
    if len(message) > _MESSAGE_LIMIT:
        message = message[:_MESSAGE_LIMIT] + "…"
    return BadInput(message[:1].lower() + message[1:], hint)


_MESSAGE_LIMIT = 200


def _no_such_option(typed: str, of: Any) -> tuple[str, str]:
    """The two lines for an option that a command has not: another command may have it."""
    from reftrack.cli.unsaid import NO_SUCH_OPTION
    from reftrack.cli.vocabulary import COMMANDS as WORDS

    own = [name for each in of.params for name in each.opts if name[:1] == "-"] if of else []
    everywhere = {name for _, _, options in WORDS.values() for name, _, _ in options}
    near = nearest(typed, own)
    meant = f"Did you mean {near[0]}? " if near else ""
    if typed in everywhere:
        return f"no such option: {typed}", meant
    return NO_SUCH_OPTION, meant


def _places_and_words(arguments: list[str]) -> tuple[list[str], list[str]]:
    """The `--db PATH` options, allowed before and behind the command, and all other words."""
    hoisted: list[str] = []
    rest: list[str] = []
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
        elif argument == "--db":
            value = next(left, None)
            if value is None:
                raise BadInput("--db names no file.", "Say --db PATH, or leave it out.")
            hoisted += [argument, value]
        elif argument.startswith("--db="):
            hoisted.append(argument)
        else:
            rest.append(argument)
    return hoisted, rest
