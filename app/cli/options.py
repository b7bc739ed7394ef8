"""Click in Indonesian: headings of the help pages and the sentences for wrong calls."""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click

from app import paths
from schema.data_folder import program_scratch

HEADINGS = {"Options": "Pilihan", "Commands": "Perintah"}
USAGE = {"[OPTIONS]": "[PILIHAN]", "[COMMAND]": "[PERINTAH]", "COMMAND": "PERINTAH", "[ARGS]": "[ISIAN]"}
TRANSLATIONS = (
    (r"\w+ '(.+)' does not exist\.", r"\1 tidak ada."),
    (r"\w+ '(.+)' is a file\.", r"\1 adalah dokumen, bukan folder."),
    (r"\w+ '(.+)' is a directory\.", r"\1 adalah folder, bukan dokumen."),
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
    @contextmanager
    def section(self, name: str) -> Iterator[None]:
        with super().section(HEADINGS.get(name, name)):
            yield

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        for english, word in USAGE.items():
            args = args.replace(english, word)
        super().write_usage(prog, args, prefix or "Cara pakai: ")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        asked = [(name, words.replace("[required]", "[wajib]")) for name, words in rows]
        super().write_dl(asked, col_max, col_spacing)


class LoketContext(click.Context):
    formatter_class = LoketFormatter


def help_option(command: click.Command, ctx: click.Context) -> click.Option | None:
    option = click.Command.get_help_option(command, ctx)
    if option is not None:
        option.help = "Tampilkan bantuan ini."
    return option


class LoketCommand(click.Command):
    """A command whose help is Indonesian; what an administrator can mend ends it with a sentence."""

    context_class = LoketContext
    get_help_option = help_option

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Raises ClickException with a sentence for what an administrator can do something about."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.exceptions.Abort):
            raise
        except Exception as error:
            from app.cli.sentences import error_sentence  # only what fails pays for it

            sentence = error_sentence(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error


def loket_command(name: str, help: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    return click.command(name, cls=LoketCommand, help=help, **settings)


def describe_error(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    sentence = click_error_sentence(error)
    if not context:
        return sentence
    return f"{sentence}\nBantuan: {context.command_path} --help"


def click_error_sentence(error: click.ClickException) -> str:
    if isinstance(error, click.exceptions.NoSuchCommand):
        return f"Perintah {error.command_name} tidak dikenal.{nearest_command(error)}"
    if isinstance(error, click.NoSuchOption):
        return f"Pilihan {error.option_name} tidak dikenal."
    if isinstance(error, click.MissingParameter):
        return f"Isian {parameter_name(error)} belum ada."
    if isinstance(error, click.BadParameter):
        return f"Isian {parameter_name(error)} tidak dapat dipakai: {translate_message(error.message)}"
    if isinstance(error, click.FileError):
        return f"Dokumen {error.ui_filename} tidak dapat dibuka: {error.message}"
    return translate_message(error.format_message())


def translate_message(told: str) -> str:
    for pattern, words in TRANSLATIONS:
        if found := re.fullmatch(pattern, told):
            return found.expand(words)
    return told


def nearest_command(error: click.exceptions.NoSuchCommand) -> str:
    if error.ctx is None or not isinstance(error.ctx.command, click.Group):
        return ""
    import difflib  # only for a word that is no command

    close = difflib.get_close_matches(error.command_name, error.ctx.command.list_commands(error.ctx), n=1)
    if not close:
        return ""
    return f" Maksud Anda {close[0]}?"


def parameter_name(error: click.BadParameter) -> str:
    hint = error.param_hint or ""
    if not hint and error.param and error.ctx:
        hint = error.param.get_error_hint(error.ctx) or ""
    if not isinstance(hint, str):
        hint = " / ".join(hint)
    return hint.replace("'", "")


def enter_scratch_folder(ctx: click.Context, _param: click.Parameter, data: Path) -> Path:
    ctx.with_resource(program_scratch(data))
    return data


def enter_data_folder(ctx: click.Context, param: click.Parameter, data: Path) -> Path:
    """Open an encrypted folder too. Raises ClickException."""
    from schema.cipher import is_encrypted  # `--help` needs no database

    if is_encrypted(data):
        from app.cli.unlocking import open_folder  # only an encrypted folder pays for it

        open_folder(data)
    return enter_scratch_folder(ctx, param, data)


def folder_option(enter: Callable[[click.Context, click.Parameter, Path], Path]) -> Callable[..., Any]:
    return click.option(
        "--data",
        "data",
        type=click.Path(file_okay=False, path_type=Path),
        default=paths.default_data,
        callback=enter,
        metavar="DIR",
        help="Folder data kantor (tanpa pilihan ini: LOKET_DATA, atau folder data di samping program).",
    )


data_option = folder_option(enter_data_folder)
locked_data_option = folder_option(enter_scratch_folder)
"""The folder as it lies, for the command that locks and unlocks it."""

json_option = click.option("--json", "as_json", is_flag=True, help="Jawab dengan JSON untuk program lain.")


class OfficeDate(click.ParamType):
    name = "tanggal"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            if isinstance(value, date):
                day = value
            else:
                day = date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} bukan tanggal. Tulis tahun-bulan-hari, misalnya 2026-03-02.", param, ctx)
        if not 2000 <= day.year < 2100:
            self.fail(f"{value} di luar jangkauan. Tahunnya dari 2000 sampai 2099.", param, ctx)
        return day


class OfficeMoment(OfficeDate):
    """A date, with a time of day where one is needed: 2026-03-02, or "2026-03-06 10:30"; (date, moment or None)."""

    name = "saat"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        day, _, clock = str(value).strip().replace("T", " ").partition(" ")
        on = super().convert(day, param, ctx)
        if not clock:
            return on, None
        try:
            at = time.fromisoformat(clock.strip().replace(".", ":"))
        except ValueError:
            self.fail(f"{clock} bukan jam. Tulis jam:menit, misalnya 10:30.", param, ctx)
        return on, datetime.combine(on, at.replace(tzinfo=None))


class WholeNumber(click.ParamType):
    name = "bilangan"

    def __init__(self, *, limit: int) -> None:
        self.limit = limit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        if not re.fullmatch("[0-9]{1,9}", text) or int(text) > self.limit:
            self.fail(f"{text} bukan bilangan bulat dari 0 sampai {self.limit}.", param, ctx)
        return int(text)


def print_answer(payload: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    if as_json:
        text = json.dumps(payload, ensure_ascii=False, indent=1)
    else:
        text = "\n".join(lines)
    click.echo(text)


def progress_bar(*, in_lines: bool = False) -> Callable[[int, int], None]:
    """A bar with its number on the console: one line that moves. Where nobody sits there (a schedule, a file), nothing,
    or with `in_lines` a line every tenth."""
    moving = sys.stderr.isatty()
    last = [-1]
    step = 10
    if moving:
        step = 1

    def show(done: int, everything: int) -> None:
        if not (moving or in_lines):
            return
        part = done * 100 // max(everything, 1)
        if part // step == last[0]:
            return
        last[0] = part // step
        line = f"  {part:>3}% [{'#' * (part // 4):<25}]"
        if moving:
            line = f"\r{line}"
        if part == 100 or not moving:
            line = f"{line}\n"
        click.echo(line, err=True, nl=False)

    return show
