"""Offices: contact, what waits, keys, files aside, letting one in; forks, sticks, and after the centre came back."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from app.centre import forks, offices, queries, service
from app.centre.offices import CentreExchange, StickResult, load_office
from app.centre.views.forms import BarForm, ForkForm, InviteForm, PartnerInviteForm, ReleaseForm, ReturnForm, StickForm
from app.core.problems import Problem, check_found
from app.platform.backups import service as backups
from app.platform.people.queries import person_names
from app.platform.web import notices
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_time,
    surroundings,
)
from app.platform.web.forms import asked_slice, has_pin, read_slice, redirect_to, run_command, show_page, to_choices
from app.platform.web.guard import needs_permission
from schema.seed_data import seed_kecamatan

pages = Blueprint("offices", __name__, url_prefix="/kantor")


def centre_exchange() -> CentreExchange:
    return cast(CentreExchange, surroundings().sync)


def invitation_form() -> InviteForm | PartnerInviteForm:
    """The form with the kecamatan of the regency; those enrolled already get a new key by it."""
    if not queries.makes_cards(current_db()):
        return PartnerInviteForm()
    form = InviteForm()
    form.office.choices = to_choices([(one.code, f"{one.code} {one.name}") for one in seed_kecamatan()])
    return form


@pages.get("/")
@needs_permission("centre.floor")
def show_offices(form: InviteForm | PartnerInviteForm | None = None, code: str = "") -> ResponseReturnValue:
    """Draw the list; a code is shown in the answer to the POST that made it, and never again."""
    known = offices.list_offices(current_db(), current_time())
    waiting = {office.code: office for office in queries.list_office_queues(current_db())}
    return show_page(
        "centre/offices.html",
        status=422 if form and not code else 200,
        offices=known,
        statuses=centre_exchange().statuses(),
        strangers=offices.list_refusals(current_db()),
        waiting=waiting,
        form=form or invitation_form(),
        code=code,
        invited=named_office(form) if code else "",
    )


def named_office(form: InviteForm | PartnerInviteForm | None) -> str:
    """For whom a code is made: the name that was typed, else that of the kecamatan; empty for an unknown one."""
    known = {one.code: one.name for one in seed_kecamatan()}
    return (form.name.data or known.get(form.office.data or "", "")) if form else ""


@pages.post("/")
@needs_permission("centre.offices")
def invite_office() -> ResponseReturnValue:
    form = invitation_form()
    office = form.office.data or ""
    return run_command(
        lambda: offices.invite_office(
            current_journal(),
            current_actor(),
            office=office,
            name=named_office(form),
            issue=centre_exchange().issue,
            now=current_time(),
        ),
        lambda _: show_offices(form),
        lambda code: show_offices(form, code),
        form=form,
    )


@pages.get("/<code>")
@needs_permission("centre.floor")
def show_office(code: str, form: BarForm | None = None) -> ResponseReturnValue:
    return show_page(
        "centre/office.html",
        status=422 if form else 200,
        office=load_office(current_db(), code, current_time()),
        form=form or BarForm(formdata=None),
        has_pin=has_pin(),
        not_taken=offices.list_refusals(current_db(), code),
        back=asked_slice(offices.list_returned_entries(current_db(), code), name="kembali"),
        status_of=centre_exchange().statuses().get(code),
        on=current_date(),
        dispatches=read_slice(partial(queries.list_dispatches, current_db(), code)),
        balance=queries.line_balance(current_db(), code),
        on_paper=queries.count_paper_lines(current_db(), code),
        keys=offices.list_office_keys(current_db(), code),
        files=offices.list_files_aside(current_db(), code),
        lines=asked_slice(offices.list_entries_aside(current_db(), code), name="disisihkan"),
        stops=offices.list_stopped_streams(current_db(), code),
        contradictions=forks.list_history_contradictions(current_journal(), code),
        decided=bool(forks.list_fork_decisions(current_db(), code)),
        recaps=offices.list_recaps(current_db(), code),
        anchor=offices.last_anchor(current_db(), code),
    )


@pages.post("/<code>/blokir")
@needs_permission("centre.offices")
def bar_office(code: str) -> ResponseReturnValue:
    office, form = load_office(current_db(), code, current_time()), BarForm()
    return run_command(
        lambda: offices.change_bar(
            current_journal(),
            current_actor(),
            office=code,
            reason=form.reason.data or "",
            lift=bool(office.barred_at),
            now=current_time(),
        ),
        lambda _: show_office(code, form),
        url_for("offices.show_office", code=code),
        f"Blokir {office.name} {'dibuka' if office.barred_at else 'dipasang'}.",
        form=form,
        pin=True,
    )


RECAP_STATES = {"settled": ("good", "Selesai"), "late": ("bad", "Lewat batas"), "process": ("wait", "Berjalan")}


def load_recap(code: str, quarter: str) -> Any:
    return check_found(offices.find_recap(current_db(), code, quarter), "Rekap itu")


@pages.get("/<code>/rekap/<quarter>")
@needs_permission("centre.floor")
def show_recap(code: str, quarter: str) -> ResponseReturnValue:
    found, office = load_recap(code, quarter), load_office(current_db(), code, current_time())
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
    "line.accepted": "Baris diterima",
    "line.refused": "Baris ditolak",
    "line.printed": "Kartu dicetak",
    "line.spoiled": "Blangko rusak",
    "shipment.sent": "Kartu dikirim",
    "centre.state": "Kabar persediaan",
    "?": "Catatan tidak terbaca",
}


@fork_pages.get("/", endpoint="page")
@needs_permission("centre.floor")
def show_forks(office: str, form: ForkForm | None = None, code: str = "") -> ResponseReturnValue:
    """Draw the page; a code is shown in the answer to the POST that made it, and never again."""
    return show_page(
        "centre/fork.html",
        status=422 if form and not code else 200,
        office=load_office(current_db(), office, current_time()),
        code=code,
        forks=forks.list_stopped_forks(current_journal(), office),
        decided=forks.list_fork_decisions(current_db(), office),
        words=KIND_WORDS,
        people=person_names(current_db()),
        has_pin=has_pin(),
        form=form or ForkForm(formdata=None),
        choices=forks.CHOICES,
    )


@fork_pages.post("/")
@needs_permission("centre.offices")
def settle_fork(office: str) -> ResponseReturnValue:
    form, known = ForkForm(), load_office(current_db(), office, current_time())
    where, toast = url_for("forks.page", office=office), "Keputusan disimpan. Jawaban pusat mengalir di masa baru."
    return run_command(
        lambda: forks.settle_fork(
            current_journal(),
            current_actor(),
            office=office,
            place=form.place.data or "",
            name=known.name,
            goes_on=form.goes_on.data or "",
            note=form.note.data or "",
            issue=centre_exchange().issue,
            now=current_time(),
        ),
        lambda _: show_forks(office, form),
        lambda code: show_forks(office, form, code) if code else redirect_to(where, toast),
        form=form,
        pin=True,
    )


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
def show_returns(
    back: ReturnForm | None = None, form: ReleaseForm | None = None, wrong: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """Draw the page; `wrong` is the place of the line whose reason was refused."""
    return show_page(
        "centre/returns.html",
        status=422 if back or form else 200,
        epoch=queries.last_return_epoch(current_db()),
        returned=notices.return_warning(),
        unheard=queries.list_silent_offices(current_db()),
        lines=read_slice(partial(queries.list_held_lines, current_db())),
        wrong=wrong,
        back=back or ReturnForm(formdata=None, prefix=CONFIRM),
        form=form,
    )


@return_pages.post("/")
@needs_permission("centre.offices")
def confirm_return() -> ResponseReturnValue:
    form = ReturnForm(prefix=CONFIRM)
    return run_command(
        lambda: backups.confirm_return(
            current_journal(),
            current_actor(),
            permission="centre.offices",
            note=form.note.data or "",
            now=current_time(),
        ),
        lambda _: show_returns(back=form),
        url_for("centre_returns.page"),
        "Dicatat.",
        form=form,
    )


@return_pages.post("/<office>/<int:epoch>/<int:n>/lepas")
@needs_permission("centre.offices")
def release_line(office: str, epoch: int, n: int) -> ResponseReturnValue:
    form = ReleaseForm()
    return run_command(
        lambda: service.release_line(
            current_journal(),
            current_actor(),
            office=office,
            line=queries.line_id(current_db(), epoch, n),
            reason=form.reason.data or "",
            now=current_time(),
        ),
        lambda _: show_returns(form=form, wrong={"office": office, "epoch": epoch, "n": n}),
        url_for("centre_returns.page"),
        "Dilepas. Barisnya kembali ke antrean.",
        form=form,
    )
