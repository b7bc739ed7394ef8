"""`due`: the promise of a service, reckoned from working days and explained day by day.

With an office in the data folder it is that office's calendar, as its administrator keeps it, else the shipped one.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from app.cli.options import OfficeDate, WholeNumber, data_option, json_option, loket_command, print_answer
from app.core.dates import long_date
from app.core.workdays import WEEKDAYS, Calendar, Day, Holiday
from schema.seed_data import seed_holidays


def seed_calendar() -> Calendar:
    return Calendar({row.date: Holiday(row.name, row.kind, row.basis) for row in seed_holidays()})


def office_calendar(data: Path) -> Calendar | None:
    from app import compose

    if "office" not in compose.sides_in(data):
        return None
    from app.office import queries
    from schema.migrations import pending_steps

    db = compose.open_side("office", data)
    found = None if pending_steps(db, "office") or not queries.is_set_up(db) else queries.office_calendar(db)
    db.close()
    return found


def day_line(day: Day) -> str:
    return f"  {day.date.isoformat()}  {WEEKDAYS[day.date.weekday()]:<7}{day.reason}"


@loket_command(
    "due",
    "Hitung tanggal janji: sekian hari kerja setelah TANGGAL berkas lengkap.\n\n"
    "Hari mulai tidak dihitung. Memakai kalender kantor di folder data; tanpa kantor di situ, kalender bawaan program. "
    "Contoh: due 2026-03-02 --days 12",
)
@click.argument("start", type=OfficeDate(), metavar="TANGGAL")
@click.option("--days", type=WholeNumber(limit=1000), default=12, metavar="N", help="Jumlah hari kerja (biasanya 12).")
@data_option
@json_option
def due(start: date, days: int, data: Path, as_json: bool) -> None:
    own = office_calendar(data)
    calendar = own or seed_calendar()
    end = calendar.add_workdays(start, days)
    explained = calendar.explain(start, days)
    payload = {
        "start": start.isoformat(),
        "days": days,
        "due": end.isoformat(),
        "calendar": "office" if own else "shipped",
        "calendar_known": calendar.is_known(end),
        "note": calendar.estimate_note(end),
        "explanation": [
            {"date": day.date.isoformat(), "number": day.number, "kind": day.kind, "reason": day.reason}
            for day in explained
        ],
    }
    lines = [*map(day_line, explained), f"Tanggal janji: {long_date(end)}"]
    if own:
        lines.append(f"Menurut kalender kantor di {data}.")
    if note := calendar.estimate_note(end):
        lines.append(f"{note.capitalize()}.")
    print_answer(payload, lines, as_json=as_json)
