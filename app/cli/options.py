"""Options that several commands share, and how they answer."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click

from app import paths
from schema.scratch import program_scratch


def private_data(ctx: click.Context, _param: click.Parameter, data: Path) -> Path:
    """The data folder; what the command writes for a moment lies inside it until it ends."""
    ctx.with_resource(program_scratch(data))
    return data


data_option = click.option(
    "--data",
    "data",
    type=click.Path(file_okay=False, path_type=Path),
    default=paths.default_data,
    callback=private_data,
    metavar="DIR",
    help="Folder data kantor (tanpa pilihan ini: LOKET_DATA, atau folder data di samping program).",
)

json_option = click.option("--json", "as_json", is_flag=True, help="Jawab dengan JSON untuk program lain.")


class OfficeDate(click.ParamType):
    """A date as an officer types it for a program: 2026-03-02."""

    name = "tanggal"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Parse `YYYY-MM-DD` of this century; anything else is told with an example."""
        try:
            day = value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} bukan tanggal. Tulis tahun-bulan-hari, misalnya 2026-03-02.", param, ctx)
        if not 2000 <= day.year < 2100:
            self.fail(f"{value} di luar jangkauan. Tahunnya dari 2000 sampai 2099.", param, ctx)
        return day


class Whole(click.ParamType):
    """A whole number from 0 to `limit`."""

    name = "bilangan"

    def __init__(self, *, limit: int) -> None:
        self.limit = limit

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Parse digits; anything else is told in a sentence."""
        text = str(value)
        if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) <= self.limit):
            self.fail(f"{text} bukan bilangan bulat dari 0 sampai {self.limit}.", param, ctx)
        return int(text)


def answer(payload: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    """Print the same answer for a machine or for a person."""
    click.echo(json.dumps(payload, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))
