"""Health of the PC and its data: one verdict, line by line, and the clock that a person confirms."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.core.clock import at_office, office_date
from app.core.dates import date_or_none, format_number, short_day
from app.core.text import typed_number
from app.platform.backups import returns
from app.platform.backups.service import HealthLine
from app.platform.office import health, queries
from app.platform.office.views.exchange import is_overdue, own_exchange
from app.platform.people import queries as people
from app.platform.people.access_log import (
    ACTION_GROUPS,
    access_lines,
    action_words,
    actions_in,
    monday_of,
    newest_unread_week,
    note_week_read,
    week_of_access,
)
from app.platform.web import notices
from app.platform.web.commands import NOT_REFUSED, Refused, add_command
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_pages,
    current_time,
    remote_address,
    surroundings,
)
from app.platform.web.forms import show_page
from app.platform.web.guard import needs_permission

pages = Blueprint("health", __name__, url_prefix="/keadaan")
WORK_KINDS = ("bad", "warn")
RETURN_PREFIX = "r-"


@pages.get("/", endpoint="page")
@needs_permission("health.view")
def health_overview(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    now = current_time()
    data: Path = surroundings().data
    lines = health.health_lines(current_journal(), data, now, [exchange_line(now), *update_line(), *room_lines()])
    todo = [line for line in lines if line.kind in WORK_KINDS]
    return show_page(
        "platform/office/health.html",
        status=status,
        lines=lines,
        todo=todo,
        form=refused.form_for(health.confirm_clock),
        settle=current_journal().clock_at(now) != "ok",
        returned=notices.return_warning(),
        back=refused.form_for(returns.confirm_return, prefix=RETURN_PREFIX),
    )


def room_lines() -> list[HealthLine]:
    """What the other rooms know that does not work."""
    asked = (room.health for room in current_loket().rooms if room.health)
    return [line for ask in asked for line in ask(current_db(), current_time())]


def exchange_line(at: datetime) -> HealthLine:
    """What waits to be sent to the centre, as a line among the others. Offline alone is no illness."""
    db = current_db()
    state = own_exchange().state()
    name = "Belum terkirim"
    to = queries.road_end(db)
    if not state.enrolled:
        return HealthLine(name, "idle", "Belum terdaftar", f"Kantor ini bekerja tanpa sambungan ke {to}")
    if trouble := state.set_aside + state.stopped:
        detail = f"{format_number(trouble)} hal menunggu orang"
        return HealthLine(name, "warn", "Perlu diperiksa", detail, f"Buka Sambungan ke {to}.")
    if not state.unsent or state.oldest_at is None:
        return HealthLine(name, "good", "Tidak ada", f"Semua sudah diakui {state.label}")
    word = f"{format_number(state.unsent)} catatan"
    detail = f"Tertua {short_day(office_date(state.oldest_at))}"
    if queries.runs_loket(db) and is_overdue(db, state, at):
        return HealthLine(name, "warn", word, detail, "Kirim sekarang, atau tulis ke flashdisk.")
    return HealthLine(name, "idle", word, detail)


def update_line() -> list[HealthLine]:
    """Entries of a newer program that wait for the update of this one; no line when there are none."""
    waiting, _ = own_exchange().newer_entries()
    detail = f"{format_number(waiting)} catatan ditulis program yang lebih baru dan menunggu"
    todo = "Perbarui Loket; sesudah itu terpakai sendiri."
    if not waiting:
        return []
    return [HealthLine("Versi program", "warn", "Perlu diperbarui", detail, todo)]


CONFIRMED = "Jam komputer dipastikan. Catatan berikutnya kembali dipercaya."
add_command(pages, "/jam", health.confirm_clock, health_overview, CONFIRMED, to="health.page")


RETURNED = "Dicatat. Peringatannya tidak tampil lagi."
add_command(
    pages,
    "/kembali",
    returns.confirm_return,
    health_overview,
    RETURNED,
    to="health.page",
    prefix=RETURN_PREFIX,
)


access_pages = Blueprint("access", __name__, url_prefix="/keadaan/akses")
PER_PAGE = 50
SUBJECTS = {
    "case": "Berkas",
    "register": "Register",
    "dispatch": "Pengiriman",
    "stream": "Jalur",
    "person": "Petugas",
    "complaint": "Pengaduan",
    "week": "Minggu",
    "page": "Halaman",
    "import": "Impor",
}
CASE_PAGE = "cases.show_case"


def describe_subject(subject: str) -> tuple[str, int | None]:
    """What a line is about in words, and the case to open, if it is one."""
    kind, _, rest = subject.partition("/")
    if kind in SUBJECTS:
        words = f"{SUBJECTS[kind]} {rest}"
    else:
        words = subject
    if kind == "case" and rest.isdecimal() and current_pages().find_view(CASE_PAGE) is not None:
        return words, int(rest)
    return words, None


def asked_lines(asked: dict[str, str]) -> list[tuple[int, Any]]:
    """One line more than a page, as the filters ask."""
    first, last = (date_or_none(asked[name], current_date()) for name in ("dari", "sampai"))
    since = None
    until = None
    if first:
        since = at_office(first, 0)
    if last:
        until = at_office(last + timedelta(days=1), 0)
    return access_lines(
        current_db(),
        person_id=typed_number(asked["petugas"]),
        actions=actions_in(asked["apa"]),
        subject=asked["tentang"] or None,
        since=since,
        until=until,
        before=typed_number(request.args.get("sebelum")),
        limit=PER_PAGE + 1,
    )


@access_pages.get("/", endpoint="page")
@needs_permission("access.view")
def access_overview() -> ResponseReturnValue:
    """The newest lines that the filters leave; `sebelum` pages to older ones."""
    asked = {name: request.args.get(name, "")[:60] for name in ("petugas", "apa", "tentang", "dari", "sampai")}
    rows = asked_lines(asked)
    lines = [(line, action_words(line.action), *describe_subject(line.subject)) for _, line in rows[:PER_PAGE]]
    kept = {name: value for name, value in asked.items() if value}
    older = None
    if len(rows) > PER_PAGE:
        older = rows[PER_PAGE - 1][0]
    return show_page(
        "platform/office/access.html",
        lines=lines,
        older=older,
        first="sebelum" not in request.args,
        asked=asked,
        kept=kept,
        groups=ACTION_GROUPS,
        staff=people.list_people(current_db()),
        case_page=CASE_PAGE,
        about=describe_subject(asked["tentang"])[0],
    )


@access_pages.get("/minggu")
@needs_permission("access.view")
def show_week() -> ResponseReturnValue:
    """What each person did in a week, and what stands out; the week before this one unless another is asked for."""
    today = current_date()
    last = monday_of(today) - timedelta(days=7)
    monday = monday_of(min(date_or_none(request.args.get("mulai", ""), today) or last, today))
    return show_page(
        "platform/office/access_week.html",
        week=week_of_access(current_db(), monday),
        groups=ACTION_GROUPS,
        last=last,
        unread=newest_unread_week(current_db(), today) == monday,
    )


@access_pages.post("/minggu")
@needs_permission("access.review")
def read_week() -> ResponseReturnValue:
    monday = newest_unread_week(current_db(), current_date())
    if monday and request.form.get("mulai") == str(monday):
        note_week_read(
            current_db(),
            monday,
            person_id=current_actor().person_id,
            now=current_time(),
            address=remote_address(),
        )
    return redirect(url_for("access.show_week"), 303)
