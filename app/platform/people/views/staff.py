"""The administrator's pages: who works here, in which role, who acts for whom."""

from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectChoice

from app.core.permissions import Actor, permission_problem
from app.core.problems import Problem
from app.platform.people import changes, credentials, queries, service
from app.platform.people.changes import AddPerson, AnyChange, Appoint, SetRoles
from app.platform.people.credentials import verify_password
from app.platform.people.queries import ACTS, find_person
from app.platform.people.views.forms import (
    ActingForm,
    DecidedForm,
    EndForm,
    FirstPasswordForm,
    LetterheadForm,
    PersonForm,
    ReasonForm,
    RolesForm,
    SecondForm,
    VouchForm,
    give_own_ids,
)
from app.platform.web.context import (
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
)
from app.platform.web.forms import (
    Form,
    answers_in_place,
    confirm_pin,
    duty_or_home,
    has_pin,
    redirect_to,
    run_command,
    show_page,
    tell_in_place,
    to_choices,
)
from app.platform.web.guard import needs_permission

pages = Blueprint("staff", __name__, url_prefix="/pengaturan/petugas")
Roles = TypeVar("Roles", bound=RolesForm)


def offer_choices(form: Roles) -> Roles:
    side = current_loket().shell
    profile = queries.profile_of(current_db())
    form.roles.choices = to_choices((role, profile.label(role)) for role in profile.side_roles(side.side))
    form.area.choices = to_choices([("", "Bukan petugas desa"), *side.villages(current_db())])
    return form


@pages.get("/")
@needs_permission("people.manage")
def list_staff() -> ResponseReturnValue:
    return show_page(
        "platform/people/staff.html",
        people=queries.list_people(current_db()),
        acting=[line for line in queries.acting_officials(current_db()) if line.runs(current_date())],
        villages=dict(current_loket().shell.villages(current_db())),
    )


@pages.post("/baru")
@needs_permission("people.manage")
def add_person() -> ResponseReturnValue:
    form = offer_choices(PersonForm())
    return propose_change(
        form,
        lambda: changes.AddPerson(
            form.username.data,
            form.name.data,
            tuple(form.roles.data or ()),
            form.nip.data,
            form.rank.data,
            form.title.data,
            form.area.data or None,
        ),
        lambda _: draw_new_person(form, status=422),
        form.password.data or "",
    )


@pages.post("/<int:person_id>/data")
@needs_permission("people.manage")
def change_person(person_id: int) -> ResponseReturnValue:
    form = LetterheadForm()
    return run_command(
        lambda: service.change_person(
            current_journal(),
            current_actor(),
            person_id,
            name=form.name.data,
            nip=form.nip.data,
            rank=form.rank.data,
            title=form.title.data,
            now=current_time(),
        ),
        lambda _: draw_person(person_id, status=422, letterhead=form),
        url_for("staff.show_person", person_id=person_id),
        "Data disimpan.",
        form=form,
    )


@pages.post("/<int:person_id>/peran")
@needs_permission("people.manage")
def set_roles(person_id: int) -> ResponseReturnValue:
    form = offer_choices(RolesForm())
    return propose_change(
        form,
        lambda: changes.SetRoles(person_id, tuple(form.roles.data or ()), form.area.data or None),
        lambda _: draw_person(person_id, status=422, roles=form),
    )


@pages.post("/<int:person_id>/sandi")
@needs_permission("people.manage")
def give_password(person_id: int) -> ResponseReturnValue:
    form = FirstPasswordForm()
    return propose_change(
        form,
        lambda: changes.GivePassword(person_id),
        lambda _: draw_person(person_id, status=422, first=form),
        form.password.data or "",
    )


@pages.post("/<int:person_id>/<any(nonaktif, aktif):what>")
@needs_permission("people.manage")
def switch_account(person_id: int, what: str) -> ResponseReturnValue:
    form = ReasonForm()
    change = changes.Disable if what == "nonaktif" else changes.Enable
    return propose_change(
        form,
        lambda: change(person_id, form.reason.data),
        lambda _: draw_person(person_id, status=422, reason=form),
    )


@pages.post("/penjabat")
@needs_permission("people.manage")
def appoint_acting() -> ResponseReturnValue:
    form = offer_officials(ActingForm())
    return propose_change(
        form,
        lambda: changes.Appoint(
            form.person_id.data,
            form.post.data,
            form.kind.data,
            form.decree.data,
            form.from_on.data,
            form.until_on.data,
            int(form.instead_of.data) or None,
        ),
        lambda _: draw_acting(form, status=422),
    )


@pages.post("/penjabat/<int:acting_id>/akhiri")
@needs_permission("people.manage")
def end_acting(acting_id: int) -> ResponseReturnValue:
    form = EndForm()
    until_on = form.until_on.data if form.validate() else None
    if until_on is None:
        raise Problem.of("invalid", {"until_on": "Isi tanggal akhir, misalnya 17-08-2026."})
    return propose_change(
        form,
        lambda: changes.ending_of(current_db(), acting_id, until_on),
        lambda _: draw_acting(status=422, end=form),
    )


def propose_change(
    form: DecidedForm,
    change: Callable[[], AnyChange],
    redraw: Callable[[Problem], ResponseReturnValue],
    password: str = "",
) -> ResponseReturnValue:
    """Keep a proposal that the PIN confirms, and go to the page where a second person confirms it."""
    return run_command(
        lambda: service.propose_change(
            current_journal(), current_actor(), change(), password=password, now=current_time()
        ),
        redraw,
        url_for("second.list_waiting"),
        "Usulan disimpan. Berlaku setelah disetujui orang kedua.",
        form=form,
        pin=True,
    )


def offer_officials(form: ActingForm) -> ActingForm:
    profile = queries.profile_of(current_db())
    form.post.choices = to_choices((post, profile.label(post)) for post in profile.posts)
    others = (one for one in queries.list_people(current_db(), active=True) if one.id != current_actor().person_id)
    form.person_id.choices = to_choices((one.id, one.name) for one in others)
    form.instead_of.choices = post_holders()
    return form


def post_holders() -> list[SelectChoice]:
    """Who may be replaced: everybody who holds a post, those included who have left, or nobody."""
    posts = queries.profile_of(current_db()).marked("post")
    held = [one for one in queries.list_people(current_db()) if posts & set(one.roles)]
    return to_choices(
        [
            ("", "Pilih pejabatnya"),
            ("0", "Tidak ada: jabatannya kosong"),
            *((str(one.id), f"{one.name} ({one.title or one.role_names})") for one in held),
        ]
    )


@pages.get("/baru", endpoint="new_person")
@needs_permission("people.manage")
def draw_new_person(form: PersonForm | None = None, status: int = 200) -> ResponseReturnValue:
    form = offer_choices(form or PersonForm(formdata=None))
    return show_page("platform/people/new.html", status=status, form=form, has_pin=has_pin())


@pages.get("/penjabat", endpoint="list_acting")
@needs_permission("people.manage")
def draw_acting(form: ActingForm | None = None, status: int = 200, end: EndForm | None = None) -> ResponseReturnValue:
    form = offer_officials(form or ActingForm(formdata=None))
    return show_page(
        "platform/people/acting.html",
        status=status,
        form=form,
        lines=queries.acting_officials(current_db()),
        end=end or EndForm(formdata=None),
        has_pin=has_pin(),
    )


@pages.get("/<int:person_id>", endpoint="show_person")
@needs_permission("people.manage")
def draw_person(person_id: int, status: int = 200, **forms: Form) -> ResponseReturnValue:
    known = changes.known_person(current_db(), person_id)
    fresh: dict[str, Form] = {
        "letterhead": LetterheadForm(formdata=None, obj=known),
        "roles": offer_choices(RolesForm(formdata=None, data={"roles": list(known.roles), "area": known.area or ""})),
        "first": FirstPasswordForm(formdata=None),
        "reason": ReasonForm(formdata=None),
    }
    drawn = fresh | forms
    for name in ("roles", "first", "reason"):
        give_own_ids(drawn[name], name)
    stays = known.active and not changes.is_administered_without(current_db(), person_id)
    why_not = changes.LAST_ADMINISTRATOR if stays else ""
    return show_page(
        "platform/people/person.html", status=status, person=known, has_pin=has_pin(), why_not=why_not, **drawn
    )


second_pages = Blueprint("second", __name__, url_prefix="/pengaturan/persetujuan")


class ProposalLine(msgspec.Struct, frozen=True):
    """One proposal as the page shows it, with what stands now, its form and why this person may not confirm it."""

    proposal: service.Proposal
    what: str
    facts: tuple[tuple[str, str], ...]
    own: bool
    refusal: str
    form: SecondForm


@second_pages.post("/<int:proposal_id>/setujui")
@needs_permission("people.second")
def confirm_proposal(proposal_id: int) -> ResponseReturnValue:
    form = SecondForm()
    return run_command(
        lambda: service.confirm_proposal(
            current_journal(), second_person(form, proposal_id), proposal_id, now=current_time()
        ),
        lambda _: draw_waiting(form, proposal_id),
        url_for("second.list_waiting"),
        "Disetujui dan berlaku. Yang bersangkutan diberi tahu saat masuk.",
        form=form,
    )


@second_pages.post("/<int:proposal_id>/tolak")
@needs_permission("people.second")
def withdraw_proposal(proposal_id: int) -> ResponseReturnValue:
    service.withdraw_proposal(current_journal(), current_actor(), proposal_id, now=current_time())
    return redirect_to(url_for("second.list_waiting"), "Usulan dibatalkan. Tidak ada yang berubah.")


@second_pages.post("/pin/jamin")
@needs_permission("people.second")
def vouch_for_pins() -> ResponseReturnValue:
    """One PIN for everybody who was ticked; whoever has nothing more to confirm goes on to the own next page."""
    form = offer_new_pins(VouchForm(), new_pins())
    ticked = form.people.data or []

    def go_on(_: None) -> ResponseReturnValue:
        waits = service.count_waiting(current_db(), current_actor(), current_time())
        where = url_for("second.list_waiting") if waits else duty_or_home()
        return tell_in_place(f"{len(ticked)} PIN berlaku sekarang.", otherwise=where)

    return run_command(
        lambda: service.vouch_for_pins(current_journal(), current_actor(), ticked, now=current_time()),
        lambda _: draw_waiting(vouching=form),
        go_on,
        form=form,
        pin=True,
    )


def new_pins() -> list[tuple[service.NewPin, str]]:
    """New PINs that wait, each with why this person may not vouch for it."""
    db, actor, now = current_db(), current_actor(), current_time()
    return [
        (one, service.refusal_of(service.check_voucher, db, actor, one.person_id, now))
        for one in service.list_new_pins(db, now)
    ]


def offer_new_pins(form: VouchForm, pins: Sequence[tuple[service.NewPin, str]]) -> VouchForm:
    form.people.choices = to_choices((one.person_id, one.name) for one, refusal in pins if not refusal)
    return give_own_ids(form, "jamin")


def second_person(form: SecondForm, proposal_id: int) -> Actor:
    """Who confirms: whoever is signed in, or somebody who proves at the proposer's PC who he is; the PIN decides."""
    mine = (one.id for one in service.list_proposals(current_db(), current_time()) if is_own(one))
    if not form.username.data and proposal_id in mine:
        raise Problem.of("invalid", {"username": "Isi nama pengguna penyetuju."})
    if not form.username.data:
        confirm_pin(form.pin.data)
        return current_actor()
    username, address = form.username.data.strip().lower(), request.remote_addr or ""
    if not verify_password(current_db(), username, form.password.data or "", now=current_time(), address=address):
        raise Problem.of("invalid", {"password": "Nama pengguna atau kata sandi tidak cocok."})
    actor = queries.actor_named(current_db(), username, current_date())
    if actor is None:
        raise permission_problem(current_actor(), "people.second")
    credentials.confirm_pin(current_db(), actor, form.pin.data or "", now=current_time(), address=address)
    return actor


@second_pages.get("/", endpoint="list_waiting")
@needs_permission("people.second")
def draw_waiting(
    refused: SecondForm | None = None, place: int = 0, vouching: VouchForm | None = None
) -> ResponseReturnValue:
    """Draw the page; `refused` is a form with what is wrong, at the proposal that `place` names."""
    lines = [
        proposal_line(one, refused if one.id == place else None)
        for one in service.list_proposals(current_db(), current_time())
    ]
    pins = new_pins()
    return show_page(
        "platform/people/second.html",
        "platform/people/_new_pins.html",
        status=422 if refused or vouching else 200,
        here=answers_in_place(),
        lines=lines,
        pins=pins,
        vouching=vouching or offer_new_pins(VouchForm(formdata=None), pins),
        lost=refused is not None and refused not in [one.form for one in lines],
        has_pin=has_pin(),
    )


def is_own(waiting: service.Proposal) -> bool:
    """Whether this person proposed it."""
    return waiting.proposed_by == current_actor().person_id


def proposal_line(waiting: service.Proposal, form: SecondForm | None) -> ProposalLine:
    return ProposalLine(
        waiting,
        ACTS[waiting.change.act],
        tuple(proposal_facts(waiting)),
        is_own(waiting),
        service.refusal_of(service.check_second, current_db(), waiting, current_actor(), current_time()),
        give_own_ids(form or SecondForm(formdata=None), waiting.id),
    )


def proposal_facts(waiting: service.Proposal) -> list[tuple[str, str]]:
    change, profile = waiting.change, queries.profile_of(current_db())
    labels, detail = profile.labels, change.detail_in(profile)
    if isinstance(change, SetRoles):
        before = find_person(current_db(), change.person_id)
        return [("Sekarang", before.role_names if before else ""), ("Menjadi", labels(change.gains))]
    if isinstance(change, AddPerson):
        return [("Peran", labels(change.gains)), ("Nama pengguna", change.login)]
    if isinstance(change, Appoint):
        begin, end = change.from_on, change.until_on
        span = f"{begin:%d-%m-%Y} sampai {f'{end:%d-%m-%Y}' if end else 'dicabut'}"
        return [("Penunjukan", detail), ("Berlaku", span)]
    return [("Isinya", detail)] if detail else []
