"""The front door: finds the command, runs it, and turns whatever goes wrong into one diagnostic and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TextIO

import click

from aalpl import __version__
from aalpl.report.diagnostic import Diagnosed
from aalpl.shell import garbage
from aalpl.shell.commands import TABLE, command
from aalpl.shell.failure import Exit, Failure, nearest, unknown
from aalpl.shell.options import ascii_only
from aalpl.shell.terminal import Terminal, terminal

WELCOME = """\
aalpl: algorithms with language-model steps, and what they cost before anything is paid for.

  aalpl example                            the programs that come with it
  aalpl cost FILE                          what a program will cost, as a formula
  aalpl run FILE                           run it on simulated models: predicted beside measured

`aalpl --help` lists every command.
"""


class Commands(click.Group):
    """A group whose commands are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return command(cmd_name) if cmd_name in TABLE else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in TABLE:
            raise unknown("command", args[0], list(TABLE), code="unknown-command")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in TABLE.items()])


@click.group(
    cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="aalpl")
@ascii_only
@click.pass_context
def aalpl(ctx: click.Context) -> None:
    """Algorithms with language-model steps, and what they cost before anything is paid for.

    \b
    Examples:
      aalpl example paper/debugging --copy
      aalpl cost debugging.aalp --at k=40,l=120,b=3
      aalpl run debugging.aalp focused --at k=40,l=120,b=3
      aalpl check *.aalp --strict

    Exit codes: 0 fine, 1 the program is wrong, 2 usage, 3 backend, 4 stopped, 130 interrupted.
    """
    if ctx.invoked_subcommand is None:
        paper: Terminal = ctx.obj
        paper.say(WELCOME)


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the command line and leaves the process with its exit code."""
    garbage.seldom()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = call(list(sys.argv[1:] if argv is None else argv))
    for stream in (sys.stdout, sys.stderr):
        if not _flushed(stream):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    sys.exit(code)


def call(argv: list[str]) -> int:
    """Runs one command and returns its exit code; nothing escapes but what the process itself is told."""
    sys.set_int_max_str_digits(0)  # sizes are exact, however long; what is read is limited where it is read
    paper = terminal(ascii="--ascii" in argv)
    try:
        code = aalpl.main(args=argv, prog_name="aalpl", standalone_mode=False, obj=paper)
    except Failure as failure:
        return _failed(paper, failure)
    except Diagnosed as diagnosed:
        paper.complain(diagnosed.diagnostics)
        return Exit.WRONG
    except click.UsageError as error:
        return _failed(paper, _usage(error))
    except click.ClickException as error:
        return _failed(paper, Failure(error.format_message()))
    except (KeyboardInterrupt, click.Abort):
        paper.note("interrupted\n")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        return Exit.FINE
    except OSError as error:
        return _failed(paper, Failure(f"{error.strerror or error}: `{error.filename}`", code="system"))
    except Exception as error:
        if os.environ.get("AALPL_TRACEBACK"):
            raise
        return _failed(paper, _defect(error))
    return code if isinstance(code, int) else Exit.FINE


def _failed(paper: Terminal, failure: Failure) -> int:
    paper.fail(failure)
    return failure.exit


def _usage(error: click.UsageError) -> Failure:
    """Click's own complaint about options and arguments, worded as ours."""
    title = error.format_message().rstrip(".").replace("'", "`")
    where = error.ctx.command_path if error.ctx else "aalpl"
    hint = f"see `{where} --help`"
    if isinstance(error, click.NoSuchOption):
        title = f"there is no option `{error.option_name}`"
        known = [o for p in error.ctx.command.params for o in p.opts] if error.ctx else []
        guess = nearest(error.option_name, known)
        hint = f"did you mean `{guess}`?" if guess else hint
    return Failure(title[:1].lower() + title[1:], hint)


def _defect(error: Exception) -> Failure:
    title = "the program is too deeply nested" if isinstance(error, RecursionError) else None
    name = type(error).__name__
    return Failure(
        title or f"aalpl itself failed ({name}: {error})"[:300],
        "report it with the program; AALPL_TRACEBACK=1 shows where",
        code="internal",
    )


def _flushed(stream: TextIO) -> bool:
    try:
        stream.flush()
    except BrokenPipeError:
        return False
    return True


if __name__ == "__main__":
    main()
