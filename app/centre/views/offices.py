"""Offices: contact, what waits, keys, files aside, letting one in; forks, sticks, and after the centre came back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.centre import forks, offices, queries, service
from app.centre.offices import CentreExchange, StickResult, load_office
from app.centre.views.forms import InviteForm, StickForm
from app.core.problems import Problem, check_found
from app.platform.backups.returns import confirm_return
from app.platform.people.queries import person_names
from app.platform.web import notices
from app.platform.web.commands import NOT_REFUSED, Refused, add_command, form_of
from app.platform.web.context import (
    call_command,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    surroundings,
)
from app.platform.web.forms import (
    Form,
    asked_slice,
    has_pin,
    read_slice,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.platform.web.guard import needs_permission
from schema.seed_data import seed_kecamatan

pages = Blueprint("offices", __name__, url_prefix="/kantor")


def centre_exchange() -> CentreExchange:
    return cast(CentreExchange, surroundings().sync)


def invitation_form(refused: Refused = NOT_REFUSED) -> Form:
    """A partner that serves any place types code and name; else the kecamatan of the regency are to be chosen, and a
    name only where it differs. Those enrolled already get a new key by it."""
    if not queries.makes_cards(current_db()):
        return refused.form_for(offices.invite_office)
    return refused.form_of_class(InviteForm) or kecamatan_form(formdata=None)


def kecamatan_form(**more: Any) -> InviteForm:
    form = InviteForm(**more)
    form.office.choices = to_choices((area.code, f"{area.code} {area.name}") for area in seed_kecamatan())
    return form


@pages.get("/")
@needs_permission("centre.floor")
def show_offices(
    status: int = 200, refused: Refused = NOT_REFUSED, code: str = "", invited: str = ""
) -> ResponseReturnValue:
    """Draw the list; a code is shown in the answer to the POST that made it, and never again."""
    db = current_db()
    known = offices.list_offices(db, current_time())
    waiting = {office.code: office for office in queries.list_office_queues(db)}
    return show_page(
        "centre/offices.html",
        status=status,
        offices=known,
        statuses=centre_exchange().statuses(),
        strangers=offices.list_refusals(db),
        waiting=waiting,
        form=invitation_form(refused),
        code=code,
        invited=invited,
    )


@pages.post("/")
@needs_permission("centre.offices")
def invite_office() -> ResponseReturnValue:
    """Make the code of an office: the name that was typed, else that of the kecamatan."""
    form: Form
    if queries.makes_cards(current_db()):
        form = kecamatan_form()
    else:
        form = form_of(offices.invite_office)()
    office = form["office"].data or ""
    names = {area.code: area.name for area in seed_kecamatan()}
    name = form["name"].data or names.get(office, "")
    return run_command(
        lambda: call_command(offices.invite_office, office=office, name=name, issue=centre_exchange().issue),
        lambda problem: show_offices(problem.status, Refused(offices.invite_office, form, problem)),
        lambda code: show_offices(refused=Refused(offices.invite_office, form), code=code, invited=name),
        form=form,
    )


@pages.get("/<code>")
@needs_permission("centre.floor")
def show_office(code: str, status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    return show_page(
        "centre/office.html",
        status=status,
        office=load_office(db, code, current_time()),
        form=refused.form_for(offices.change_bar, pin=True),
        has_pin=has_pin(),
        not_taken=offices.list_refusals(db, code),
        back=asked_slice(offices.list_returned_entries(db, code), name="kembali"),
        status_of=centre_exchange().statuses().get(code),
        on=current_date(),
        dispatches=read_slice(partial(queries.list_dispatches, db, code)),
        unread_there=offices.count_unread_there(db, code),
        balance=queries.line_balance(db, code),
        on_paper=queries.count_paper_lines(db, code),
        keys=offices.list_office_keys(db, code),
        files=offices.list_files_aside(db, code),
        lines=asked_slice(offices.list_entries_aside(db, code), name="disisihkan"),
        stops=offices.list_stopped_streams(db, code),
        contradictions=forks.list_history_contradictions(current_journal(), code),
        decided=bool(forks.list_fork_decisions(db, code)),
        recaps=offices.list_recaps(db, code),
        anchor=offices.last_anchor(db, code),
    )


def other_state(code: str) -> dict[str, Any]:
    """Barred where it is not, let in again where it is."""
    return {"office": code, "lift": bool(load_office(current_db(), code, current_time()).barred_at)}


def tell_barred(_: None, code: str) -> ResponseReturnValue:
    office = load_office(current_db(), code, current_time())
    done = "dipasang" if office.barred_at else "dibuka"
    return redirect_to(url_for("offices.show_office", code=code), f"Blokir {office.name} {done}.")


add_command(pages, "/<code>/blokir", offices.change_bar, show_office, then=tell_barred, named=other_state, pin=True)

RECAP_STATES = {"settled": ("good", "Selesai"), "late": ("bad", "Lewat batas"), "process": ("wait", "Berjalan")}


def load_recap(code: str, quarter: str) -> Any:
    return check_found(offices.find_recap(current_db(), code, quarter), "Rekap itu")


@pages.get("/<code>/rekap/<quarter>")
@needs_permission("centre.floor")
def show_recap(code: str, quarter: str) -> ResponseReturnValue:
    found = load_recap(code, quarter)
    office = load_office(current_db(), code, current_time())
    return show_page("centre/recap.html", recap=found, told=found.told, office=office, states=RECAP_STATES)


@pages.get("/<code>/rekap/<quarter>/rekap.json")
@needs_permission("centre.floor")
def download_recap(code: str, quarter: str) -> Response:
    """The text as the office published it, byte for byte: its SHA-256 is the digest."""
    answer = Response(load_recap(code, quarter).public.encode(), content_type="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="rekap-{code}-{quarter}.json"'
    return answer


fork_pages = Blueprint("forks", __name__, url_prefix="/kantor/<office>/kembar")

KIND_WORDS = {
    "dispatch.line": "Baris pengiriman",
    "dispatch.sent": "Penutup pengiriman",
    "epoch.opened": "Pembukaan masa",
    "line.recall_asked": "Permintaan menarik baris",
    "line.paper_answered": "Jawaban di atas kertas",
    "heads.anchored": "Kode pengaman harian",
    "recap.published": "Rekap diumumkan",
    "case.state_published": "Keadaan untuk halaman status",
    "line.accepted": "Baris diterima",
    "line.refused": "Baris ditolak",
    "line.printed": "Kartu dicetak",
    "line.spoiled": "Blangko rusak",
    "shipment.sent": "Kartu dikirim",
    "centre.state": "Kabar persediaan",
    "release.endorsed": "Rilis disahkan",
    "?": "Catatan tidak terbaca",
}


@fork_pages.get("/", endpoint="page")
@needs_permission("centre.floor")
def page(office: str, status: int = 200, refused: Refused = NOT_REFUSED, code: str = "") -> ResponseReturnValue:
    """Draw the page; a code is shown in the answer to the POST that made it, and never again."""
    db = current_db()
    return show_page(
        "centre/fork.html",
        status=status,
        office=load_office(db, office, current_time()),
        code=code,
        forks=forks.list_stopped_forks(current_journal(), office),
        decided=forks.list_fork_decisions(db, office),
        words=KIND_WORDS,
        people=person_names(db),
        has_pin=has_pin(),
        form=refused.form_for(forks.settle_fork, pin=True),
        choices=forks.CHOICES,
    )


def known_office(office: str) -> dict[str, Any]:
    known = load_office(current_db(), office, current_time())
    return {"office": office, "name": known.name, "issue": centre_exchange().issue}


def show_settled(code: str, office: str) -> ResponseReturnValue:
    if code:
        return page(office, code=code)
    return redirect_to(url_for("forks.page", office=office), "Keputusan disimpan. Jawaban pusat mengalir di masa baru.")


add_command(fork_pages, "/", forks.settle_fork, page, then=show_settled, named=known_office, pin=True)


# -- the stick: what offices brought is read, what they take home is written, and the keys for one without network ---

stick_pages = Blueprint("centre_stick", __name__, url_prefix="/stik")


def stick_form() -> StickForm:
    form = StickForm()
    form.folder.choices = to_choices(centre_exchange().sticks())
    return form


def carry_files(work: Callable[[Path], StickResult]) -> ResponseReturnValue:
    form = stick_form()

    def refuse(problem: Problem) -> ResponseReturnValue:
        form.take(problem)
        return show_stick(form, status=422)

    return run_command(
        lambda: offices.use_stick(current_actor(), centre_exchange(), form.folder.data or "", work),
        refuse,
        lambda carried: show_stick(form, carried),
    )


@stick_pages.get("/", endpoint="page")
@needs_permission("centre.floor")
def show_stick(
    form: StickForm | None = None, carried: StickResult | None = None, status: int = 200
) -> ResponseReturnValue:
    return show_page("centre/stick.html", status=status, form=form or stick_form(), carried=carried)


@stick_pages.post("/baca")
@needs_permission("centre.floor")
def read_stick() -> ResponseReturnValue:
    return carry_files(lambda folder: centre_exchange().read_stick(folder, current_time()))


@stick_pages.post("/tulis")
@needs_permission("centre.floor")
def write_stick() -> ResponseReturnValue:
    return carry_files(lambda folder: centre_exchange().write_stick(folder, current_time()))


@stick_pages.post("/kunci")
@needs_permission("centre.floor")
def write_keys() -> ResponseReturnValue:
    return carry_files(centre_exchange().write_keys)


# -- after the centre came back: offices not heard of, lines held, and letting one go --------------------------------

return_pages = Blueprint("centre_returns", __name__, url_prefix="/pemulihan")
CONFIRM = "r-"


@return_pages.get("/", endpoint="page")
@needs_permission("centre.floor")
def show_returns(status: int = 200, refused: Refused = NOT_REFUSED) -> ResponseReturnValue:
    db = current_db()
    wrong = None
    if refused.command is service.release_line:
        wrong = refused.place
    return show_page(
        "centre/returns.html",
        status=status,
        epoch=queries.last_return_epoch(db),
        returned=notices.return_warning(),
        unheard=queries.list_silent_offices(db),
        lines=read_slice(partial(queries.list_held_lines, db)),
        wrong=wrong,
        back=refused.form_for(confirm_return, prefix=CONFIRM),
        form=refused.form,
    )


def held_line(office: str, epoch: int, n: int) -> dict[str, str]:
    return {"office": office, "line": queries.line_id(current_db(), epoch, n)}


def tell_released(_: None) -> ResponseReturnValue:
    return redirect_to(url_for("centre_returns.page"), "Dilepas. Barisnya kembali ke antrean.")


add_command(return_pages, "/", confirm_return, show_returns, "Dicatat.", to="centre_returns.page", prefix=CONFIRM)
HELD_LINE = "/<office>/<int:epoch>/<int:n>/lepas"
add_command(return_pages, HELD_LINE, service.release_line, show_returns, then=tell_released, named=held_line)
