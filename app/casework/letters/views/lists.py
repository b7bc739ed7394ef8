"""The agendas as books: printed, taken along as a spreadsheet; the office's lists for letters."""

import re
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from app.casework.desk.views.lists import XLSX
from app.casework.desk.views.papers import file_answer, printed_answer
from app.casework.letters import papers, service
from app.casework.letters.kinds import check_kinds, fault_of_own
from app.casework.letters.queries import Asked
from app.casework.letters.views.forms import ListsForm
from app.core.periods import Period, PeriodKind
from app.core.problems import Problem
from app.platform.files.service import SCAN
from app.platform.office import service as office
from app.platform.office import settings
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import asked_day, run_command, show_page
from app.platform.web.guard import needs_permission, record_access
from schema.body_limits import SMALL, takes_body
from schema.letter_kinds import MOST_CHARACTERS

pages = Blueprint("letter_lists", __name__, url_prefix="/surat")
FIRST_YEAR = 1990
LAST_YEAR = 2199
MOST_BYTES = SCAN.max_kb * 1000
KIND_BYTES = 4 * MOST_CHARACTERS
"""What a file of kinds may weigh; the same text may be typed beside it."""
NO_TEXT = "Dokumen itu bukan teks UTF-8. Simpan sebagai teks biasa, lalu pilih lagi."
SCAN_BYTES = MOST_BYTES + SMALL
CODE = re.compile(r"[0-9A-Za-z.]{1,20}")


def asked_letters(states: Mapping[str, str]) -> Asked:
    """What the address of a list asks for; nonsense asks for nothing."""
    state = request.args.get("keadaan", "")
    if state not in states:
        state = ""
    return Asked(asked_year(), state, request.args.get("cari", "")[:100])


def asked_year() -> int:
    text = request.values.get("tahun", "")
    year = 0
    if text.isascii() and text.isdigit() and len(text) == 4:
        year = int(text)
    if FIRST_YEAR <= year <= LAST_YEAR:
        return year
    return current_date().year


def asked_book() -> str:
    book = request.form.get("buku", "")
    if book not in papers.TITLES:
        raise Problem.of("not_found", what="Agenda itu")
    return book


@pages.post("/cetak")
@needs_permission("letter.agenda", "letter.book")
def print_agenda() -> Response:
    book = asked_book()
    year = asked_year()
    data = papers.agenda_paper(current_db(), current_actor(), book, year, current_time())
    return printed_answer("register", data, f"agenda/{book}/{year}", f"agenda-{book}-{year}.pdf")


@pages.post("/unduh")
@needs_permission("letter.agenda", "letter.book")
def download_agenda() -> Response:
    """The year as a spreadsheet; taking it along is noted in the access log."""
    book = asked_book()
    year = asked_year()
    record_access("letter.export", f"agenda/{book}/{year}")
    sheet = papers.agenda_sheet(current_db(), current_actor(), book, year, current_time())
    return file_answer(sheet, XLSX, f"agenda-{book}-{year}.xlsx")


def days_of_span(span: str, day: date) -> tuple[date, date]:
    """First and last of a day (`hari`), its month (`bulan`) or its year (`tahun`). Raises Problem `not_found`."""
    if span == "hari":
        return day, day
    kinds: dict[str, PeriodKind] = {"bulan": "month", "tahun": "year"}
    if span not in kinds:
        raise Problem.of("not_found", what="Masa buku ekspedisi itu")
    period = Period.of(kinds[span], day)
    return period.start, period.end


def asked_days() -> tuple[date, date]:
    return days_of_span(request.form.get("masa", "hari"), asked_day("tanggal", current_date()))


@pages.post("/ekspedisi/cetak")
@needs_permission("letter.agenda", "letter.book")
def print_by_hand() -> Response:
    since, until = asked_days()
    data = papers.by_hand_paper(current_db(), current_actor(), since, until, current_time())
    return printed_answer("by_hand", data, f"by_hand/{since}/{until}", f"buku-ekspedisi-{since}-{until}.pdf")


@pages.post("/ekspedisi/unduh")
@needs_permission("letter.agenda", "letter.book")
def download_by_hand() -> Response:
    """The same as a spreadsheet; taking it along is noted in the access log."""
    since, until = asked_days()
    record_access("letter.export", f"by_hand/{since}/{until}")
    sheet = papers.by_hand_sheet(current_db(), current_actor(), since, until, current_time())
    return file_answer(sheet, XLSX, f"buku-ekspedisi-{since}-{until}.xlsx")


def read_upload(field: str, most: int) -> tuple[bytes, str]:
    """The bytes of a chosen file, one more than `most` of one that is too large, and its name; both empty where none
    was chosen."""
    upload = request.files.get(field)
    if not upload:
        return b"", ""
    return upload.read(most + 1), upload.filename or ""


def keep_scan(direction: str, letter_id: int) -> None:
    """Keep the scan that was chosen on the page of a letter. Raises Problem."""
    data, name = read_upload("scan", MOST_BYTES)
    service.attach_scan(
        current_journal(),
        current_actor(),
        direction=direction,
        letter_id=letter_id,
        data=data,
        name=name,
        now=current_time(),
    )


@pages.get("/pengaturan")
@needs_permission("office.settings")
def show_lists() -> ResponseReturnValue:
    known = {key: "\n".join(settings.get_setting(current_db(), f"letters.{key}")) for key in ("codes", "instructions")}
    known["kinds"] = settings.get_setting(current_db(), "letters.kinds")
    fault = fault_of_own(current_db())
    return show_page("casework/letters/settings.html", form=ListsForm(formdata=None, data=known), fault=fault)


@pages.post("/pengaturan/jenis")
@needs_permission("office.settings")
def download_kinds() -> Response:
    """The office's own kinds of letters as the file that it was."""
    text: str = settings.get_setting(current_db(), "letters.kinds")
    return file_answer(text.encode(), "application/toml", "jenis-surat.toml")


@pages.post("/pengaturan")
@needs_permission("office.settings")
@takes_body(2 * KIND_BYTES)
def set_lists() -> ResponseReturnValue:
    form = ListsForm()
    return run_command(
        lambda: office.change_settings(
            current_journal(),
            current_actor(),
            {"letters.codes": lines_of(form, "codes"), "letters.instructions": lines_of(form, "instructions")}
            | {"letters.kinds": kinds_typed(form)},
            current_time(),
        ),
        lambda _: show_page("casework/letters/settings.html", status=422, form=form),
        url_for("letter_lists.show_lists"),
        "Daftar untuk surat disimpan.",
        form=form,
    )


def kinds_typed(form: ListsForm) -> str:
    """The office's own kinds of letters: those of the file that was chosen, which is then shown as if typed, else what
    was typed. Raises Problem `invalid`."""
    if (upload := request.files.get("kinds_file")) and upload.filename:
        try:
            form["kinds"].data = upload.read(KIND_BYTES).decode("utf-8")
        except UnicodeDecodeError as error:
            raise Problem.of("invalid", {"kinds": NO_TEXT}) from error
    return check_kinds(current_db(), str(form["kinds"].data or ""), current_actor().profile, current_date())


def lines_of(form: ListsForm, name: str) -> list[str]:
    """The entries of a list, blanks left out. Raises Problem `invalid`."""
    lines = [" ".join(line.split()) for line in str(form[name].data or "").split("\n") if line.strip()]
    if name == "codes":
        keys = [line.split()[0] for line in lines]
    else:
        keys = lines
    if any(len(line) > settings.LISTED for line in lines) or len(set(keys)) < len(keys) or len(lines) > 200:
        raise Problem.of("invalid", {name: "Satu isian sebaris, paling panjang 100 huruf, tidak ada yang kembar."})
    if name == "codes" and any(not CODE.fullmatch(key) for key in keys):
        raise Problem.of(
            "invalid", {name: "Setiap baris mulai dengan kodenya: huruf, angka, dan titik, misalnya 800.1."}
        )
    return lines
