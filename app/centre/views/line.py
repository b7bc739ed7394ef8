"""One line in work: opened by a POST that is logged, then printed, spoiled, refused or given back; and the book of
blanks, with what came in, what was used or spoiled, what the drawer holds."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from app.centre import queries, service, snapshot
from app.centre.queries import HELD_BY_CLAIM, blank_stock, is_line_held, next_in_queue
from app.centre.rules import CLAIMED, load_line
from app.centre.snapshot import find_contradictions
from app.centre.tables import IncomingLine, LineValue
from app.centre.views.forms import CorrectForm, CountForm, PrintForm, ReceiveForm, RefuseForm, SpoilForm, ValueForm
from app.centre.views.offices import centre_exchange
from app.core.problems import Problem, check_found
from app.platform.files.queries import incoming_bytes
from app.platform.files.views.one_file import guarded_answer
from app.platform.people.queries import person_names
from app.platform.web.context import current_actor, current_date, current_db, current_journal, current_time
from app.platform.web.forms import Form, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission

pages = Blueprint("line", __name__, url_prefix="/baris/<office>/<int:epoch>/<int:n>")
SPOIL = "rusak-"
"""Two forms of the page ask for a serial; the prefix keeps their fields apart."""


def line_id(epoch: int, n: int) -> str:
    return queries.line_id(current_db(), epoch, n)


def narrowed_office() -> str:
    """The office that the printer works through, kept from line to line; empty for the whole queue."""
    return (request.form.get("kantor") or request.args.get("kantor") or "")[:20]


def refuse_form(row: IncomingLine, *, fresh: bool = False) -> RefuseForm:
    form = RefuseForm(formdata=None) if fresh else RefuseForm()
    listed = [(id_, reason.sentence) for id_, reason in service.refusal_reasons(row).items()]
    form.reason.choices = to_choices([("", "Alasan lain, tulis di bawah"), *listed])
    return form


def value_form(row: IncomingLine, *, fresh: bool = False) -> ValueForm:
    form = ValueForm(formdata=None) if fresh else ValueForm()
    form.value.label.text = row.terms.value.label if row.terms.value else ""
    return form


def line_forms(row: IncomingLine) -> dict[str, Form]:
    return {
        "printing": PrintForm(formdata=None),
        "answer": value_form(row, fresh=True),
        "spoil": SpoilForm(formdata=None, prefix=SPOIL),
        "refuse": refuse_form(row, fresh=True),
    }


@pages.get("/")
@needs_permission("centre.floor")
def show_line(office: str, epoch: int, n: int, **refused: Form) -> ResponseReturnValue:
    line = line_id(epoch, n)
    row = check_found(queries.find_line(current_db(), office, line), "Baris itu")
    is_open = service.is_line_open(current_db(), current_actor(), office=office, line=line, now=current_time())
    forms = line_forms(row)
    return show_page(
        "centre/line.html",
        status=422 if refused else 200,
        line=row,
        is_open=is_open,
        on=current_date(),
        words=row.terms,
        fields=snapshot.line_fields(row),
        items=[] if row.words else snapshot.item_words(row.items),
        recording="" if row.words else snapshot.recording_words(row.recording),
        narrowed=narrowed_office(),
        secret=snapshot.SECRET_FIELDS,
        held=is_line_held(current_db(), office, line),
        claimed=CLAIMED if is_line_held(current_db(), office, line, HELD_BY_CLAIM) else "",
        stock=blank_stock(current_db()),
        doubtful=find_contradictions(row),
        others=queries.list_lines_of_person(current_db(), row),
        whole=whole_value(row) if is_open else "",
        photo=incoming_bytes(current_db(), office, row.about, "photo") is not None,
        **(forms | refused),
    )


def line_address(office: str, epoch: int, n: int) -> str:
    return url_for("line.show_line", office=office, epoch=epoch, n=n, kantor=narrowed_office() or None)


@pages.post("/buka")
@needs_permission("centre.print")
def open_for_work(office: str, epoch: int, n: int) -> ResponseReturnValue:
    """Take the line into work: its full numbers show for a quarter of an hour, the access log keeps it."""
    open_line(office, line_id(epoch, n))
    return redirect_to(line_address(office, epoch, n))


def open_line(office: str, line: str) -> None:
    address = request.remote_addr or ""
    service.open_line(current_db(), current_actor(), office=office, line=line, now=current_time(), address=address)


@pages.post("/cetak")
@needs_permission("centre.print")
def print_card(office: str, epoch: int, n: int) -> ResponseReturnValue:
    form, line = PrintForm(), line_id(epoch, n)
    return run_command(
        lambda: service.print_line(
            current_journal(),
            current_actor(),
            office=office,
            line=line,
            serial=form.serial.data or "",
            compared=form.compared.data or "",
            now=current_time(),
        ),
        lambda _: show_line(office, epoch, n, printing=form),
        lambda _: after_printing(office),
        form=form,
    )


def after_printing(office: str) -> ResponseReturnValue:
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
        return centre_exchange().sealer().open(held.sealed) if held else ""
    except Problem:
        return ""


@pages.get("/foto/<purpose>")
@needs_permission("centre.floor")
def show_file(office: str, epoch: int, n: int, purpose: str) -> ResponseReturnValue:
    """A photo or scan that came along with a line, for whoever has the line open; never kept by the browser."""
    db, line = current_db(), line_id(epoch, n)
    found = incoming_bytes(db, office, load_line(db, office, line).about, purpose[:60])
    is_open = service.is_line_open(db, current_actor(), office=office, line=line, now=current_time())
    if found is None or not is_open:
        raise Problem.of("not_found", what="Foto itu")
    return guarded_answer(found.content, found.kind, f"{found.purpose}-{found.id}")


@pages.post("/jawab")
@needs_permission("centre.print")
def answer_with_value(office: str, epoch: int, n: int) -> ResponseReturnValue:
    line = line_id(epoch, n)
    form = value_form(load_line(current_db(), office, line))
    return run_command(
        lambda: service.answer_with_value(
            current_journal(),
            current_actor(),
            office=office,
            line=line,
            value=form.value.data or "",
            again=form.again.data or "",
            now=current_time(),
            exchange=centre_exchange(),
        ),
        lambda _: show_line(office, epoch, n, answer=form),
        lambda _: open_next_line(
            "Jawaban disimpan. Baris berikutnya sudah terbuka.", "Jawaban disimpan. Tidak ada lagi."
        ),
        form=form,
    )


@pages.post("/rusak")
@needs_permission("centre.print")
def spoil_blank(office: str, epoch: int, n: int) -> ResponseReturnValue:
    form, line = SpoilForm(prefix=SPOIL), line_id(epoch, n)
    return run_command(
        lambda: service.spoil_blank(
            current_journal(),
            current_actor(),
            office=office,
            line=line,
            reason=form.spoil.data or "",
            serial=form.serial.data or "",
            now=current_time(),
        ),
        lambda _: show_line(office, epoch, n, spoil=form),
        line_address(office, epoch, n),
        "Blangko rusak dicatat. Barisnya tetap menunggu dicetak.",
        form=form,
    )


@pages.post("/tolak")
@needs_permission("centre.print")
def refuse_line(office: str, epoch: int, n: int) -> ResponseReturnValue:
    line = line_id(epoch, n)
    form = refuse_form(load_line(current_db(), office, line))
    return run_command(
        lambda: service.refuse_line(
            current_journal(),
            current_actor(),
            office=office,
            line=line,
            now=current_time(),
            reason=form.reason.data or "",
            words=form.words.data or "",
            biometric=bool(form.biometric.data),
        ),
        lambda _: show_line(office, epoch, n, refuse=form),
        line_address(office, epoch, n),
        "Ditolak. Kantor pengirim menerima alasannya pada pertukaran berikutnya.",
        form=form,
    )


@pages.post("/terima")
@needs_permission("centre.print")
def accept_line(office: str, epoch: int, n: int) -> ResponseReturnValue:
    line = line_id(epoch, n)
    service.accept_lines(current_journal(), current_actor(), office=office, lines=[line], now=current_time())
    open_line(office, line)
    return redirect_to(line_address(office, epoch, n), "Baris masuk antrean.")


@pages.post("/kembalikan")
@needs_permission("centre.print")
def give_back(office: str, epoch: int, n: int) -> ResponseReturnValue:
    service.answer_recall(current_journal(), current_actor(), office=office, line=line_id(epoch, n), now=current_time())
    return redirect_to(line_address(office, epoch, n), "Dikembalikan kepada kantor pengirim, tidak dikerjakan.")


T = TypeVar("T")
blank_pages = Blueprint("blanks", __name__, url_prefix="/blangko")
CORRECT = "koreksi-"
"""Two forms of the page ask for a count; the prefix keeps their fields apart."""


@blank_pages.get("/")
@needs_permission("centre.floor")
def show_book(**refused: Form) -> ResponseReturnValue:
    forms: dict[str, Form] = {
        "receive": ReceiveForm(formdata=None),
        "correct": CorrectForm(formdata=None, prefix=CORRECT),
        "count": CountForm(formdata=None),
    }
    return show_page(
        "centre/blanks.html",
        status=422 if refused else 200,
        today_book=queries.blank_figures(current_db(), current_date().isoformat()),
        whole=queries.blank_figures(current_db()),
        days=queries.list_book_days(current_db()),
        deliveries=queries.list_deliveries(current_db()),
        people=person_names(current_db()),
        counted=queries.last_count(current_db()),
        on=current_date(),
        **(forms | refused),
    )


def change_book(command: Callable[..., T], name: str, form: Form, then: Callable[[T], str]) -> ResponseReturnValue:
    """Run a command of the book with what was typed, whose fields bear the names that the command asks for."""
    typed = {key: value for key, value in form.data.items() if key != "csrf_token"}
    return run_command(
        lambda: command(current_journal(), current_actor(), **typed, now=current_time()),
        lambda _: show_book(**{name: form}),
        lambda said: redirect_to(url_for("blanks.show_book"), then(said)),
        form=form,
    )


@blank_pages.post("/masuk")
@needs_permission("centre.print")
def receive_blanks() -> ResponseReturnValue:
    return change_book(service.receive_blanks, "receive", ReceiveForm(), lambda _: "Blangko masuk dicatat.")


@blank_pages.post("/koreksi")
@needs_permission("centre.print")
def correct_book() -> ResponseReturnValue:
    return change_book(service.correct_blanks, "correct", CorrectForm(prefix=CORRECT), lambda _: "Koreksi dicatat.")


@blank_pages.post("/hitung")
@needs_permission("centre.print")
def count_drawer() -> ResponseReturnValue:
    form = CountForm()

    def say_difference(book: int) -> str:
        counted = form.counted.data
        differs = f"Hitungan {counted}, buku {book}. Cari selisihnya."
        return "Hitungan cocok dengan buku." if book == counted else differs

    return change_book(service.count_blanks, "count", form, say_difference)
