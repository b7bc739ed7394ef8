"""One line in work: opened by a POST that is logged, then printed, spoiled, refused or given back; and the book of
blanks, with what came in, what was used or spoiled, what the drawer holds."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.centre import queries, service, snapshot
from app.centre.originals import tell_original
from app.centre.queries import HELD_BY_CLAIM, blank_stock, is_line_held, next_in_queue
from app.centre.rules import CLAIMED, load_line
from app.centre.snapshot import find_contradictions
from app.centre.tables import IncomingLine, LineValue
from app.centre.views.offices import centre_exchange
from app.core.problems import Problem, check_found
from app.platform.files.queries import incoming_bytes
from app.platform.files.views.one_file import guarded_answer
from app.platform.people.queries import person_names
from app.platform.web.commands import NOT_REFUSED, CommandForm, Refused, add_command
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    remote_address,
)
from app.platform.web.forms import Form, redirect_to, show_page, to_choices
from app.platform.web.guard import needs_permission

pages = Blueprint("line", __name__, url_prefix="/baris/<office>/<int:epoch>/<int:n>")
SPOIL = "rusak-"
"""Two forms of the page ask for a serial; the prefix keeps their fields apart."""


def line_id(epoch: int, n: int) -> str:
    return queries.line_id(current_db(), epoch, n)


def narrowed_office() -> str:
    """The office that the printer works through, kept from line to line; empty for the whole queue."""
    return (request.form.get("kantor") or request.args.get("kantor") or "")[:20]


def line_forms(row: IncomingLine, refused: Refused) -> dict[str, Form]:
    """The forms of a line in the words of its service; a refused one keeps what was typed."""
    answer = refused.form_for(service.answer_with_value)
    refuse = refused.form_for(service.refuse_line)
    if row.terms.value:
        answer["value"].label.text = row.terms.value.label
    else:
        answer["value"].label.text = ""
    listed = [(name, reason.sentence) for name, reason in service.refusal_reasons(row).items()]
    refuse["reason"].choices = to_choices([("", "Alasan lain, tulis di bawah"), *listed])
    return {
        "printing": refused.form_for(service.print_line),
        "answer": answer,
        "spoil": refused.form_for(service.spoil_blank, prefix=SPOIL),
        "refuse": refuse,
    }


@pages.get("/")
@needs_permission("centre.floor")
def show_line(
    office: str, epoch: int, n: int, status: int = 200, refused: Refused = NOT_REFUSED
) -> ResponseReturnValue:
    line = line_id(epoch, n)
    db = current_db()
    row = check_found(queries.find_line(db, office, line), "Baris itu")
    is_open = service.is_line_open(db, current_actor(), office=office, line=line, now=current_time())
    return show_page(
        "centre/line.html",
        status=status,
        line=row,
        is_open=is_open,
        on=current_date(),
        words=row.terms,
        fields=snapshot.line_fields(row),
        narrowed=narrowed_office(),
        secret=snapshot.SECRET_FIELDS,
        held=is_line_held(db, office, line),
        claimed=is_line_held(db, office, line, HELD_BY_CLAIM) and CLAIMED,
        stock=blank_stock(db),
        doubtful=find_contradictions(row),
        typed=tell_original(db, row, queries.office_word(db), current_date()),
        others=queries.list_lines_of_person(db, row),
        whole=is_open and whole_value(row),
        photo=incoming_bytes(db, office, row.about, "photo") is not None,
        problem=refused.sentence_for(service.answer_recall),
        **line_papers(row),
        **line_forms(row, refused),
    )


def line_papers(row: IncomingLine) -> dict[str, Any]:
    """The checklist of a card and how it was recorded; a line of another service brought its own words along."""
    if row.words:
        return {"items": [], "recording": ""}
    return {"items": snapshot.item_words(row.items), "recording": snapshot.recording_words(row.recording)}


def line_address(office: str, epoch: int, n: int) -> str:
    return url_for("line.show_line", office=office, epoch=epoch, n=n, kantor=narrowed_office() or None)


@pages.post("/buka")
@needs_permission("centre.print")
def open_for_work(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """Take the line into work: its full numbers show for a quarter of an hour, the access log keeps it."""
    open_line(office, line_id(epoch, n))
    return redirect_to(line_address(office, epoch, n))


def open_line(office: str, line: str) -> None:
    address = remote_address()
    service.open_line(current_db(), current_actor(), office=office, line=line, now=current_time(), address=address)


def after_printing(_: None, office: str) -> ResponseReturnValue:
    """The next line; behind the last one what lies ready for the office is sent."""
    shipping = url_for("shipments.choose_cards", office=office)
    end = "Tercetak. Antrean ini habis; berikutnya kirim hasilnya."
    return open_next_line("Tercetak. Baris berikutnya sudah terbuka.", end, shipping)


def open_next_line(toast: str, end: str, after: str = "") -> ResponseReturnValue:
    """Go on with the queue; at its end go to `after`, else to the page of the queue."""
    following = next_in_queue(current_db(), narrowed_office())
    if following is None:
        return redirect_to(after or url_for("centre.show_queue", kantor=narrowed_office() or None), end)
    open_line(following.source, following.line)
    return redirect_to(url_for("line.show_line", **following.place, kantor=narrowed_office() or None), toast)


def whole_value(row: IncomingLine) -> str:
    """The number with which a line was answered, for whoever has it open; nothing where it cannot be opened."""
    held = LineValue.first(current_db(), source=row.source, line=row.line)
    try:
        if not held:
            return ""
        return centre_exchange().sealer().open(held.sealed)
    except Problem:
        return ""


@pages.get("/foto/<purpose>")
@needs_permission("centre.floor")
def show_file(office: str, epoch: int, n: int, purpose: str) -> ResponseReturnValue:
    """A photo or scan that came along with a line, for whoever has the line open; never kept by the browser."""
    db = current_db()
    line = line_id(epoch, n)
    found = incoming_bytes(db, office, load_line(db, office, line).about, purpose[:60])
    is_open = service.is_line_open(db, current_actor(), office=office, line=line, now=current_time())
    if found is None or not is_open:
        raise Problem.of("not_found", what="Foto itu")
    return guarded_answer(found.content, found.kind, f"{found.purpose}-{found.id}")


def line_of(office: str, epoch: int, n: int) -> dict[str, str]:
    return {"office": office, "line": line_id(epoch, n)}


def typed_twice(office: str, epoch: int, n: int) -> dict[str, Any]:
    return {**line_of(office, epoch, n), "twice": True, "exchange": centre_exchange()}


def after_answer(_: None) -> ResponseReturnValue:
    return open_next_line("Jawaban disimpan. Baris berikutnya sudah terbuka.", "Jawaban disimpan. Tidak ada lagi.")


def tell(toast: str) -> Callable[..., ResponseReturnValue]:
    """The page of the line once more, with what was done."""

    def go_on(_: None, office: str, epoch: int, n: int) -> ResponseReturnValue:
        return redirect_to(line_address(office, epoch, n), toast)

    return go_on


SPOILT = tell("Blangko rusak dicatat. Barisnya tetap menunggu dicetak.")
REFUSED = tell("Ditolak. Kantor pengirim menerima alasannya pada pertukaran berikutnya.")
GIVEN_BACK = tell("Dikembalikan kepada kantor pengirim, tidak dikerjakan.")
add_command(pages, "/cetak", service.print_line, show_line, then=after_printing, named=line_of)
add_command(pages, "/jawab", service.answer_with_value, show_line, then=after_answer, named=typed_twice)
add_command(pages, "/rusak", service.spoil_blank, show_line, then=SPOILT, named=line_of, prefix=SPOIL)
add_command(pages, "/tolak", service.refuse_line, show_line, then=REFUSED, named=line_of)
add_command(pages, "/kembalikan", service.answer_recall, show_line, then=GIVEN_BACK, named=line_of)


@pages.post("/terima")
@needs_permission("centre.print")
def accept_line(office: str, epoch: int, n: int) -> ResponseReturnValue:
    line = line_id(epoch, n)
    service.accept_lines(current_journal(), current_actor(), office=office, lines=[line], now=current_time())
    open_line(office, line)
    return redirect_to(line_address(office, epoch, n), "Baris masuk antrean.")


blank_pages = Blueprint("blanks", __name__, url_prefix="/blangko")
CORRECT = "koreksi-"
"""Two forms of the page ask for a count; the prefix keeps their fields apart."""


@blank_pages.get("/")
@needs_permission("centre.floor")
def show_book(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    return show_page(
        "centre/blanks.html",
        status=status,
        today_book=queries.blank_figures(db, current_date().isoformat()),
        whole=queries.blank_figures(db),
        days=queries.list_book_days(db),
        deliveries=queries.list_deliveries(db),
        people=person_names(db),
        counted=queries.last_count(db),
        on=current_date(),
        receive=refused.form_for(service.receive_blanks),
        correct=refused.form_for(service.correct_blanks, prefix=CORRECT),
        count=refused.form_for(service.count_blanks),
    )


def say_difference(book: int, form: CommandForm) -> ResponseReturnValue:
    counted = form.values["counted"]
    toast = "Hitungan cocok dengan buku."
    if book != counted:
        toast = f"Hitungan {counted}, buku {book}. Cari selisihnya."
    return redirect_to(url_for("blanks.show_book"), toast)


add_command(blank_pages, "/masuk", service.receive_blanks, show_book, "Blangko masuk dicatat.")
add_command(blank_pages, "/koreksi", service.correct_blanks, show_book, "Koreksi dicatat.", prefix=CORRECT)
add_command(blank_pages, "/hitung", service.count_blanks, show_book, then=say_difference)
