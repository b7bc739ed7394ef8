"""One line of the book: the visitor's own words, what the staff wrote beside them, clocks, class, route, identity."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from app.core.permissions import may
from app.core.problems import SENTENCES, Problem
from app.platform.files.views.one_file import guarded_answer
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.moves import can_move
from app.platform.people import access_log as people
from app.platform.people import queries as people_queries
from app.platform.signatures.signing import SIGNED_BYTES, signing_values
from app.platform.web.commands import NOT_REFUSED, Form, Refused, add_command, set_ids
from app.platform.web.context import (
    call_command,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    links_of,
    remote_address,
)
from app.platform.web.forms import redirect_to, run_command, show_page
from app.platform.web.guard import needs_permission
from app.services.complaints import limits, papers, queries, service, signing, transitions
from app.services.complaints.transitions import MOVES, line_subject
from app.services.complaints.views.book import Initials, fresh_code, keep_code, open_answer, pages, unjudged_papers
from app.services.complaints.words import CATEGORIES, CHANNELS, COLUMNS, HANDLINGS, PAUSES, STATES, TYPES, WEIGHTS
from schema.body_limits import SMALL, takes_body

WORDS = {
    "types": TYPES,
    "weights": WEIGHTS,
    "handlings": HANDLINGS,
    "categories": CATEGORIES,
    "pauses": PAUSES,
    "states": STATES,
    "channels": CHANNELS,
    "columns": COLUMNS,
}


@pages.get("/<int:complaint_id>")
@needs_permission("complaint.view")
def show_line(complaint_id: int, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    return draw_line(complaint_id, status, refused)


@pages.post("/<int:complaint_id>/pengadu")
@needs_permission("complaint.identity")
def reveal_complainant(complaint_id: int) -> ResponseReturnValue:
    person = transitions.reveal_complainant(
        current_db(), current_actor(), complaint_id=complaint_id, now=current_time(), address=remote_address()
    )
    return draw_line(complaint_id, person=person)


@pages.post("/<int:complaint_id>/pindaian/<int:scan_id>")
@needs_permission("complaint.scan")
def download_scan(complaint_id: int, scan_id: int) -> Response:
    """A picture of the handwritten page, as a file to keep or open. It may show a name: whoever looks is logged."""
    found = transitions.open_scan(
        current_db(),
        current_actor(),
        complaint_id=complaint_id,
        scan_id=scan_id,
        now=current_time(),
        address=remote_address(),
    )
    return guarded_answer(found.data, found.kind, f"pindaian-{complaint_id}-{scan_id}", keep=True)


def draw_line(complaint_id: int, status: int = 200, refused: Refused = NOT_REFUSED, **more: Any) -> ResponseReturnValue:
    """Draw a line; `more` carries the identity just revealed, or why a scan was not attached."""
    found = transitions.load_line(current_db(), complaint_id)
    written = queries.staff_columns(current_db(), [complaint_id])[complaint_id]
    names = people_queries.person_names(current_db())
    running = queries.running_pause(current_db(), complaint_id)
    clean = transitions.readable_words(current_db(), current_actor(), [found], current_date())[found.id]
    if clean:
        own = (clean.words, clean.hope)
    else:
        own = (found.words, found.hope)
    stands = running is not None and running.from_on <= found.settle_due_on
    deed = refused.command.name if refused.command else ""
    values: dict[str, Any] = {
        "line": found,
        "own": own,
        "whole": own == (found.words, found.hope),
        "written": written,
        "names": names,
        "hand": Initials(names).__getitem__,
        "running": running,
        "clocks": limits.line_clocks(current_db(), found, current_date(), stands),
        "sections": limits.section_names(current_db()),
        "section": limits.find_section(current_db(), found.section),
        "village": limits.area_names(current_db()).get(found.area, ""),
        "services": {
            definition.id: definition.short_name
            for definition in office.services_in_force(current_db(), current_date())
        },
        "routes": queries.routes_of_line(current_db(), complaint_id),
        "stood": queries.pauses_of_line(current_db(), complaint_id),
        "related": queries.related_lines(current_db(), complaint_id),
        "scans": queries.scans_of_line(current_db(), complaint_id),
        "capas": queries.reports_of_line(current_db(), complaint_id),
        "person": None,
        "asides": queries.asides_of_line(current_db(), complaint_id),
        "codes": queries.reissued_codes(current_db(), complaint_id),
        "plain": lambda text: transitions.readable_text(current_db(), current_actor(), found, text, current_date()),
        "fresh": bool(fresh_code(complaint_id)),
        "refused": refused,
        "deed": deed,
        "forms": {command.name: line_form(refused, command, found) for command in FORMS},
        "strike_form": lambda column_id: strike_form(refused, column_id),
        "not_attached": None,
        "not_taken": None,
        "can": allowed_acts(found, written),
        "sms": answer_sms(found, written),
        "tells_sms": bool(found.accepts_sms) and settings.sends_sms(current_db()),
        "words": WORDS,
        "links": line_links(complaint_id),
        "trail": identity_trail(complaint_id),
        "asked": unjudged_papers(f"complaint/{complaint_id}"),
    }
    return show_page(
        "services/complaints/line.html", status=status, **(values | values_of_signature(found, values["can"]) | more)
    )


def values_of_signature(found: Any, can: Mapping[str, Any]) -> dict[str, Any]:
    """What the page says of the electronic signature of the answer, to who may open it; who opens it in his place, to
    somebody who answers and may not."""
    actor = current_actor()
    tells = can["tell"] and bool(found.answered_on)
    opens = may(actor, "complaint.identity")
    signed = None
    if tells:
        signed = signing.signing_of_answer(current_db(), found.id)
    profile = actor.profile
    kept_by = ""
    if signed and signed.taken_at and not opens:
        kept_by = profile.who_may("complaint.identity", doing=profile.rights["complaint.answer"])
    return {"can_sign": tells and opens, "letter_kept_by": kept_by} | signing_values(current_db(), signed)


def line_links(complaint_id: int) -> list[tuple[str, str]]:
    """Label and address of what the rooms above know a line to come from."""
    return links_of("complaint", current_db(), current_actor(), complaint_id)


def allowed_acts(found: Any, written: list[Any]) -> dict[str, Any]:
    """Which moves of the table this person may make now; `strike` holds the ids of what he may strike through."""
    db = current_db()
    actor = current_actor()
    today = current_date()
    roles = transitions.roles_on(db, actor, found, today)
    subject = line_subject(db, found)
    able = actor.profile.rights
    can: dict[str, Any] = {
        name: can_move(move, subject.state, subject.facts)
        and any(roles & able[permission] for permission in move.permissions)
        for name, move in MOVES.items()
    }
    standing = [column for column in written if can["strike"] and not column.struck_by]
    return can | {
        "tell": bool(roles & able["complaint.answer"]),
        "scan": transitions.can_open_scans(db, actor, found, today),
        "strike": {
            column.id
            for column in standing
            if transitions.can_strike(db, actor, found, column.name, column.actor, today)
        },
    }


def answer_sms(found: Any, written: list[Any]) -> str:
    last = next(
        (column for column in reversed(written) if column.name in ("answer", "first_answer") and not column.struck_by),
        None,
    )
    if last and found.first_due_on:
        return papers.sms_text(current_db(), found, last.text)
    return ""


def identity_trail(complaint_id: int) -> list[tuple[Any, str]]:
    if not may(current_actor(), "complaint.identity"):
        return []
    looks = people.latest_looks(current_db(), f"complaint/{complaint_id}", limit=20)
    return [(at, name) for at, name, action in looks if action == "complaint.identity"]


FORMS = (
    service.add_note,
    service.classify_line,
    service.route_line,
    service.write_first_answer,
    service.write_follow_up,
    service.write_answer,
    service.record_satisfaction,
    service.pause_clock,
    service.close_line,
    service.reopen_line,
    service.link_lines,
    service.set_line_aside,
    service.take_back_line,
    service.issue_code,
)
"""Commands with a form on the page of a line; each has ids of its own there."""


def line_form(refused: Refused, command: Any, found: Any) -> Form:
    """The form of a command on a line; one that alters what the line holds shows that first."""
    if command is service.classify_line:
        held = {"type_": found.type}
    else:
        held = {}
    row = found if command in ALTERING else None
    return set_ids(refused.form_for(command, row, **held), command.name)


def strike_form(refused: Refused, column_id: int) -> Form:
    if refused.place.get("column_id") == column_id:
        mine = refused
    else:
        mine = NOT_REFUSED
    return set_ids(mine.form_for(service.strike_column), f"strike-{column_id}")


ALTERING = (service.classify_line, service.route_line, service.record_satisfaction)


def name_column(complaint_id: int, column_id: int) -> dict[str, int]:
    """A column is struck by its own id; the line in the address is where one goes back to."""
    return {"column_id": column_id}


def show_code(code: str, complaint_id: int) -> ResponseReturnValue:
    keep_code(complaint_id, code)
    where = url_for("complaints.show_receipt", complaint_id=complaint_id)
    return redirect_to(where, "Kode baru dibuat; kode lama berakhir.")


def with_address(complaint_id: int) -> dict[str, Any]:
    """Who looks at a name leaves his machine in the access log."""
    return {"complaint_id": complaint_id, "address": remote_address()}


LINE = "/<int:complaint_id>"
HANDED = "PDF surat jawaban siap diunduh dan ditandatangani."
RESUMED = "Hitungan berjalan lagi; batasnya bergeser."
BACK = "Dihitung lagi sebagai pengaduan."
add_command(pages, f"{LINE}/golongan", service.classify_line, show_line, "Golongan disimpan.")
add_command(pages, f"{LINE}/teruskan", service.route_line, show_line, "Diteruskan ke seksi lain.")
add_command(pages, f"{LINE}/jawaban-pertama", service.write_first_answer, show_line, "Jawaban pertama dicatat.")
add_command(pages, f"{LINE}/tindak-lanjut", service.write_follow_up, show_line, "Tindak lanjut dicatat.")
add_command(pages, f"{LINE}/jawaban", service.write_answer, show_line, "Jawaban dicatat.")
add_command(pages, f"{LINE}/catatan", service.add_note, show_line, "Catatan ditulis.")
add_command(pages, f"{LINE}/jeda", service.pause_clock, show_line, "Hitungan dijeda.")
add_command(pages, f"{LINE}/lanjutkan", service.resume_clock, show_line, RESUMED)
add_command(pages, f"{LINE}/kepuasan", service.record_satisfaction, show_line, "Kepuasan dicatat.")
add_command(pages, f"{LINE}/tanpa-sms", service.stop_sms, show_line, "SMS kepada pengadu ini dihentikan.")
add_command(pages, f"{LINE}/selesai", service.close_line, show_line, "Pengaduan selesai.")
add_command(pages, f"{LINE}/buka-kembali", service.reopen_line, show_line, "Dibuka kembali.")
add_command(pages, f"{LINE}/sisihkan", service.set_line_aside, show_line, "Disisihkan; nomornya tetap di buku.")
add_command(pages, f"{LINE}/sisihan/periksa", service.confirm_aside, show_line, "Pemeriksaan Anda dicatat.")
add_command(pages, f"{LINE}/sisihan/kembalikan", service.take_back_line, show_line, BACK)
add_command(pages, f"{LINE}/terkait", service.link_lines, show_line, "Dihubungkan.")
add_command(pages, f"{LINE}/kode-baru", service.issue_code, show_line, then=show_code)
add_command(pages, f"{LINE}/tte", signing.hand_out_answer, show_line, HANDED, named=with_address)
add_command(
    pages,
    f"{LINE}/coret/<int:column_id>",
    service.strike_column,
    show_line,
    "Dicoret dan diparaf.",
    named=name_column,
)


@pages.post("/<int:complaint_id>/pindaian")
@needs_permission("complaint.write")
def attach_scan(complaint_id: int) -> ResponseReturnValue:
    upload = request.files.get("scan")
    data = b""
    if upload:
        data = upload.read(service.SCAN_LIMIT + 1)

    def refuse(problem: Problem) -> ResponseReturnValue:
        return draw_line(complaint_id, problem.status, not_attached=problem)

    return run_command(
        lambda: call_command(service.attach_scan, complaint_id=complaint_id, data=data),
        refuse,
        url_for("complaints.show_line", complaint_id=complaint_id),
        SENTENCES["scan_attached"],
    )


@pages.post("/<int:complaint_id>/tte/pdf")
@needs_permission("complaint.identity")
def download_handed(complaint_id: int) -> Response:
    """The PDF that is to be signed, as a file to keep. It may show a name: whoever takes it is logged."""
    handed = open_answer(complaint_id, signed=False)
    return guarded_answer(handed.content, handed.kind, f"jawaban-{complaint_id}", keep=True)


@pages.post("/<int:complaint_id>/tte/kembali")
@needs_permission("complaint.identity")
@takes_body(SIGNED_BYTES + SMALL)
def take_back_answer(complaint_id: int) -> ResponseReturnValue:
    """The signed PDF: checked, and from then on the paper of the answer."""
    upload = request.files.get("signed")
    data = b""
    name = ""
    if upload:
        data = upload.read(SIGNED_BYTES + 1)
        name = upload.filename or ""
    return run_command(
        lambda: signing.take_back_answer(
            current_journal(),
            current_actor(),
            complaint_id=complaint_id,
            data=data,
            name=name,
            now=current_time(),
        ),
        lambda problem: draw_line(complaint_id, problem.status, not_taken=problem),
        url_for("complaints.show_line", complaint_id=complaint_id),
        "PDF bertanda tangan elektronik diterima. Cetakan surat jawaban sekarang PDF itu.",
        form=Form(),
    )
