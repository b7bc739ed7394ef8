"""`due`: the promise of a service, reckoned from working days and explained day by day."""

from __future__ import annotations

from datetime import date

import click

from app.cli.indonesian import command
from app.cli.options import OfficeDate, Whole, answer, json_option
from app.core.dates import long_date
from app.core.workdays import WEEKDAYS, Calendar, Day, Holiday
from schema.calendar import seed_holidays


def seed_calendar() -> Calendar:
    """The calendar that the program brings along: national holidays and cuti bersama."""
    return Calendar({row.date: Holiday(row.name, row.kind) for row in seed_holidays()})


def day_line(day: Day) -> str:
    """One day of the explanation as a line of text."""
    return f"  {day.date.isoformat()}  {WEEKDAYS[day.date.weekday()]:<7}{day.reason}"


@command(
    "due",
    "Hitung tanggal janji: sekian hari kerja setelah TANGGAL berkas lengkap.\n\n"
    "Hari mulai tidak dihitung. Contoh: due 2026-03-02 --days 12",
)
@click.argument("start", type=OfficeDate(), metavar="TANGGAL")
@click.option(
    "--days", type=Whole(limit=1000), default=12, metavar="N", help="Jumlah hari kerja (biasanya 12)."
)
@json_option
def due(start: date, days: int, as_json: bool) -> None:
    calendar = seed_calendar()
    end = calendar.add_workdays(start, days)
    explained = calendar.explain(start, days)
    payload = {
        "start": start.isoformat(),
        "days": days,
        "due": end.isoformat(),
        "calendar_known": calendar.is_known(end),
        "explanation": [
            {"date": day.date.isoformat(), "number": day.number, "kind": day.kind, "reason": day.reason}
            for day in explained
        ],
    }
    lines = [*map(day_line, explained), f"Tanggal janji: {long_date(end)}"]
    if not calendar.is_known(end):
        lines.append("Hari libur tahun itu belum ditetapkan di kalender: tanggal ini masih perkiraan.")
    answer(payload, lines, as_json=as_json)
