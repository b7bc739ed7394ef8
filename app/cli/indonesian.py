"""Click in Indonesian: headings of the help pages and the sentences for wrong calls."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

HEADINGS = {"Options": "Pilihan", "Commands": "Perintah"}
USAGE = {"[OPTIONS]": "[PILIHAN]", "[COMMAND]": "[PERINTAH]", "COMMAND": "PERINTAH", "[ARGS]": "[ISIAN]"}
OURS = (
    (r"\w+ '(.+)' does not exist\.", r"\1 tidak ada."),
    (r"\w+ '(.+)' is a file\.", r"\1 adalah berkas, bukan folder."),
    (r"\w+ '(.+)' is a directory\.", r"\1 adalah folder, bukan berkas."),
    (r"\w+ '(.+)' is not readable\.", r"\1 tidak boleh dibaca."),
    (r"\w+ '(.+)' is not writable\.", r"\1 tidak boleh ditulisi."),
    (r"'([^']*)' is not one of (.+)\.", r"\1 bukan salah satu dari \2."),
    (r"Option '(.+)' requires an argument\.", r"Pilihan \1 belum ada isinya."),
    (r"Option '(.+)' requires \d+ arguments\.", r"Isi pilihan \1 kurang."),
    (r"Option '(.+)' does not take a value\.", r"Pilihan \1 tidak memakai isi."),
    (r"Got unexpected extra arguments? \((.*)\)", r"Isian ini berlebih: \1."),
)
"""What click says of a wrong call → the same in Indonesian."""


class LoketFormatter(click.HelpFormatter):
    """Help pages whose own words are Indonesian."""

    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        """A heading with its block, translated."""
        with super().section(HEADINGS.get(name, name)):
            yield

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line: how the command is called."""
        for english, word in USAGE.items():
            args = args.replace(english, word)
        super().write_usage(prog, args, prefix or "Cara pakai: ")


class LoketContext(click.Context):
    """Context that draws help with :class:`LoketFormatter`."""

    formatter_class = LoketFormatter


def help_option(command: click.Command, ctx: click.Context) -> click.Option | None:
    """The `--help` option of a command, described in Indonesian."""
    option = click.Command.get_help_option(command, ctx)
    if option is not None:
        option.help = "Tampilkan bantuan ini."
    return option


class LoketCommand(click.Command):
    """A command whose help page is Indonesian throughout."""

    context_class = LoketContext
    get_help_option = help_option


def command(name: str, help: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Decorator that makes a function a command of Loket."""
    return click.command(name, cls=LoketCommand, help=help, **settings)


def describe(error: click.ClickException) -> str:
    """The Indonesian sentence for a wrong call, with the way to the help page."""
    context = getattr(error, "ctx", None)
    return sentence(error) + (f"\nBantuan: {context.command_path} --help" if context else "")


def sentence(error: click.ClickException) -> str:
    """What is wrong, without the hint."""
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"Perintah {error.command_name} tidak dikenal.{nearest(error)}"
    if isinstance(error, click.NoSuchOption):
        return f"Pilihan {error.option_name} tidak dikenal."
    if isinstance(error, click.MissingParameter):
        return f"Isian {parameter(error)} belum ada."
    if isinstance(error, click.BadParameter):
        return f"Isian {parameter(error)} tidak dapat dipakai: {ours(error.message)}"
    if isinstance(error, click.FileError):
        return f"Berkas {error.ui_filename} tidak dapat dibuka: {error.message}"
    return ours(error.format_message())


def ours(told: str) -> str:
    """A message of click in Indonesian; our own messages stay as they are."""
    for pattern, words in OURS:
        if found := re.fullmatch(pattern, told):
            return found.expand(words)
    return told


def nearest(error: click.exceptions.NoSuchCommand) -> str:
    """A guess at the command that was meant, from the whole table."""
    if error.ctx is None or not isinstance(error.ctx.command, click.Group):
        return ""
    close = difflib.get_close_matches(error.command_name, error.ctx.command.list_commands(error.ctx), n=1)
    return f" Maksud Anda {close[0]}?" if close else ""


def parameter(error: click.BadParameter) -> str:
    """How the parameter is called on the command line."""
    hint = error.param_hint or (error.param.get_error_hint(error.ctx) if error.param and error.ctx else "")
    return (hint if isinstance(hint, str) else " / ".join(hint)).replace("'", "")
