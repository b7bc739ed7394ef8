"""`due`: when a limit ends, in working days, hours or minutes, explained line by line.

With an office in the data folder it is that office's calendar and hours, as its administrator keeps them, else the
shipped ones.
"""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from app.cli.options import OfficeMoment, WholeNumber, data_option, json_option, loket_command, print_answer
from app.core.dates import long_date
from app.core.procedure.limits import due_words, to_text
from app.core.workdays import (
    WEEKDAYS,
    Calendar,
    Day,
    Holiday,
    Stretch,
    WorkingTime,
    minute_of,
    minute_text,
    parse_hours,
)
from schema.seed_data import seed_holidays, seed_hours

TIME_NEEDED = (
    'Menit dan jam kerja dihitung dari satu saat. Tulis juga jamnya di dalam tanda kutip, misalnya "2026-03-06 10:30".'
)
ONE_UNIT = "Pilih salah satu: --days, --hours, atau --minutes."


def shipped_time() -> WorkingTime:
    """The calendar and the office hours that the program brings along."""
    days = {row.date: Holiday(row.name, row.kind, row.basis) for row in seed_holidays()}
    return WorkingTime(Calendar(days), [parse_hours(row) for row in seed_hours()])


def office_time(data: Path) -> WorkingTime | None:
    """Those of the office in this folder; None without one, or while it is not set up or not up to date."""
    from app import compose

    if "office" not in compose.sides_in(data):
        return None
    from app.platform.office.queries import is_set_up, working_time
    from schema.migrations import pending_steps

    db = compose.open_side("office", data)
    if pending_steps(db, "office") or not is_set_up(db):
        found = None
    else:
        found = working_time(db)
    db.close()
    return found


def day_line(day: Day) -> str:
    return f"  {day.date.isoformat()}  {WEEKDAYS[day.date.weekday()]:<7}{day.reason}"


def stretch_line(line: Stretch, wanted: int) -> str:
    day = f"  {line.since.date().isoformat()}  {WEEKDAYS[line.since.weekday()]:<7}"
    if line.kind == "off":
        return day + line.reason
    count = ""
    if line.kind == "counted":
        count = f": {line.minutes} menit, {line.total} dari {wanted}"
    return f"{day}{minute_text(minute_of(line.since))}\u2013{minute_text(minute_of(line.until))}  {line.reason}{count}"


def explain_days(working: WorkingTime, start: date, days: int) -> tuple[dict[str, Any], list[str]]:
    """Due day after so many working days: for a machine, and as lines."""
    calendar = working.calendar
    end = calendar.add_workdays(start, days)
    explained = calendar.explain(start, days)
    payload = {
        "start": start.isoformat(),
        "days": days,
        "due": end.isoformat(),
        "calendar_known": calendar.is_known(end),
        "note": calendar.estimate_note(end),
        "explanation": [
            {"date": day.date.isoformat(), "number": day.number, "kind": day.kind, "reason": day.reason}
            for day in explained
        ],
    }
    return payload, [*map(day_line, explained), f"Tanggal janji: {long_date(end)}"]


def explain_minutes(working: WorkingTime, start: datetime, minutes: int) -> tuple[dict[str, Any], list[str]]:
    """Due moment after so many working minutes: for a machine, and as lines."""
    due = working.add_minutes(start, minutes)
    assert due is not None
    explained = working.explain(start, minutes)
    due_text = to_text(due, "working_minutes")
    known = [working.hours_of(line.since.date()) for line in explained]
    used = dict.fromkeys(filter(None, known))
    payload = {
        "start": to_text(start, "working_minutes"),
        "minutes": minutes,
        "due": due_text,
        "calendar_known": working.calendar.is_known(due.date()),
        "note": working.calendar.estimate_note(due.date()),
        "hours": [hours.name for hours in used],
        "explanation": list(map(stretch_row, explained)),
    }
    lines = [stretch_line(line, minutes) for line in explained]
    lines += [f"{hours.name}: {hours.basis}." for hours in used]
    return payload, [*lines, f"Batas: {due_words(due_text)}"]


def stretch_row(line: Stretch) -> dict[str, Any]:
    return {
        "since": to_text(line.since, "working_minutes"),
        "until": to_text(line.until, "working_minutes"),
        "minutes": line.minutes,
        "total": line.total,
        "kind": line.kind,
        "reason": line.reason,
    }


@loket_command(
    "due",
    "Hitung batas waktu: sekian hari, jam, atau menit kerja setelah TANGGAL berkas lengkap.\n\n"
    "Hari mulai tidak dihitung; jam dan menit dihitung dari saat mulai, tanpa istirahat. Memakai kalender dan jam "
    "kerja kantor di folder data; tanpa kantor di situ, bawaan program. "
    'Contoh: due 2026-03-02 --days 12, due "2026-03-06 10:30" --minutes 240',
)
@click.argument("start", type=OfficeMoment(), metavar="TANGGAL")
@click.option("--days", type=WholeNumber(limit=1000), metavar="N", help="Jumlah hari kerja (tanpa pilihan lain: 12).")
@click.option("--hours", type=WholeNumber(limit=5000), metavar="N", help="Jumlah jam kerja, dihitung dari jam mulai.")
@click.option(
    "--minutes", type=WholeNumber(limit=300_000), metavar="N", help="Jumlah menit kerja, dihitung dari jam mulai."
)
@data_option
@json_option
def due(
    start: tuple[date, datetime | None],
    days: int | None,
    hours: int | None,
    minutes: int | None,
    data: Path,
    as_json: bool,
) -> None:
    if [days, hours, minutes].count(None) < 2:
        raise click.UsageError(ONE_UNIT)
    own = office_time(data)
    working = own or shipped_time()
    day, at = start
    wanted = hours * 60 if hours is not None else minutes
    if wanted is None:
        workdays = 12 if days is None else days
        payload, lines = explain_days(working, day, workdays)
    elif at is None:
        raise click.UsageError(TIME_NEEDED)
    else:
        payload, lines = explain_minutes(working, at, wanted)
    if own:
        payload["calendar"] = "office"
    else:
        payload["calendar"] = "shipped"
    if own:
        lines.append(f"Menurut kalender kantor di {data}.")
    if note := payload["note"]:
        lines.append(f"{note.capitalize()}.")
    print_answer(payload, lines, as_json=as_json)
