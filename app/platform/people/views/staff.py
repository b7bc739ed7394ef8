"""The administrator's pages: who works here, in which role, who acts for whom."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from wtforms import PasswordField, SelectChoice

from app.core.permissions import Actor, permission_problem
from app.core.problems import SENTENCES, Problem
from app.core.text import typed_number
from app.platform.people import authenticator, changes, credentials, queries, service, sessions
from app.platform.people.changes import (
    AddPerson,
    AnyChange,
    Appoint,
    Disable,
    Enable,
    EndActing,
    GivePassword,
    SetRoles,
    TakeAuthenticator,
)
from app.platform.people.credentials import LONGEST, verify_password
from app.platform.people.queries import ACTS, find_person
from app.platform.people.views.forms import DemandForm, PhoneForm, SecondForm, VouchForm, give_own_ids
from app.platform.web.commands import NOT_REFUSED, CommandForm, Refused, add_command, form_asking
from app.platform.web.context import (
    call_command,
    current_actor,
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
    remote_address,
)
from app.platform.web.forms import (
    AtMost,
    Filled,
    Form,
    answers_in_place,
    confirm_pin,
    duty_or_home,
    has_pin,
    run_command,
    show_page,
    tell_in_place,
    to_choices,
)
from app.platform.web.guard import needs_permission

pages = Blueprint("staff", __name__, url_prefix="/pengaturan/petugas")


def with_first_password(change: type[AnyChange]) -> type[CommandForm]:
    """The form of a change that gives somebody a first password."""
    checks = [Filled(SENTENCES["first_password"]), AtMost(LONGEST)]
    return form_asking(change, password=partial(PasswordField, "Kata sandi sementara", checks), pin=True)


AddForm = with_first_password(AddPerson)
FirstPasswordForm = with_first_password(GivePassword)
RolesForm = form_asking(SetRoles, pin=True)
ReasonForm = form_asking(Disable, pin=True)
ActingForm = form_asking(Appoint, pin=True)
EndForm = form_asking(EndActing, pin=True)


def offer_roles(form: CommandForm) -> CommandForm:
    """The roles of this side, and the villages where it has any."""
    form["roles"].choices = to_choices(own_roles().items())
    form["area"].choices = to_choices([("", "Bukan petugas desa"), *current_loket().shell.villages(current_db())])
    return form


def own_roles() -> dict[str, str]:
    profile = queries.profile_of(current_db())
    return {role: profile.label(role) for role in profile.side_roles(current_loket().shell.side)}


def values_with_roles(form: CommandForm) -> dict[str, Any]:
    """What was typed, with roles of this side only. Raises Problem `invalid` for others."""
    values = form.values
    if set(values["roles"]) - set(own_roles()):
        raise Problem.of("invalid", {"roles": SENTENCES["choose_from_list"]})
    return values | {"roles": tuple(values["roles"]), "area": values["area"] or None}


@pages.get("/", endpoint="list_staff")
@needs_permission("people.manage")
def list_staff(demand: DemandForm | None = None, status: int = 200) -> ResponseReturnValue:
    db = current_db()
    demanded = sorted(sessions.demanded_roles(db))
    return show_page(
        "platform/people/staff.html",
        status=status,
        demand=demand or offer_demanded(DemandForm(formdata=None, roles=demanded)),
        demanded=queries.profile_of(db).labels(demanded),
        with_app=authenticator.people_with_app(db),
        own_app=authenticator.is_installed(db, current_actor().person_id),
        has_pin=has_pin(),
        people=queries.list_people(db),
        acting=[line for line in queries.acting_officials(db) if line.runs(current_date())],
        villages=dict(current_loket().shell.villages(db)),
    )


@pages.post("/baru")
@needs_permission("people.manage")
def add_person() -> ResponseReturnValue:
    form = offer_roles(AddForm())
    return propose_change(
        form,
        lambda: AddPerson(**values_with_roles(form)),
        lambda _: draw_new_person(form, status=422),
        form["password"].data or "",
    )


@pages.post("/<int:person_id>/peran")
@needs_permission("people.manage")
def set_roles(person_id: int) -> ResponseReturnValue:
    form = offer_roles(RolesForm())
    return propose_change(
        form,
        lambda: SetRoles(person_id, **values_with_roles(form)),
        lambda _: draw_person(person_id, status=422, roles=form),
    )


@pages.post("/<int:person_id>/sandi")
@needs_permission("people.manage")
def give_password(person_id: int) -> ResponseReturnValue:
    form = FirstPasswordForm()
    return propose_change(
        form,
        lambda: GivePassword(person_id),
        lambda _: draw_person(person_id, status=422, first=form),
        form["password"].data or "",
    )


@pages.post("/<int:person_id>/ponsel-hilang")
@needs_permission("people.manage")
def take_authenticator(person_id: int) -> ResponseReturnValue:
    form = PhoneForm()
    return propose_change(
        form,
        lambda: TakeAuthenticator(person_id),
        lambda _: draw_person(person_id, status=422, phone=form),
    )


@pages.post("/kode-ponsel")
@needs_permission("people.manage")
def demand_app() -> ResponseReturnValue:
    form = offer_demanded(DemandForm())
    return run_command(
        lambda: call_command(authenticator.demand_app, roles=tuple(form.roles.data or ())),
        lambda _: list_staff(form, 422),
        url_for("staff.list_staff"),
        "Disimpan. Yang perannya dicentang memasang kode ponsel saat membuka halaman berikutnya.",
        form=form,
        pin=True,
    )


def offer_demanded(form: DemandForm) -> DemandForm:
    profile = queries.profile_of(current_db())
    roles = authenticator.roles_to_demand(current_db(), current_loket().shell.side)
    form.roles.choices = to_choices((role, profile.label(role)) for role in roles)
    return form


@pages.post("/<int:person_id>/<any(nonaktif, aktif):what>")
@needs_permission("people.manage")
def switch_account(person_id: int, what: str) -> ResponseReturnValue:
    form = ReasonForm()
    change = Disable if what == "nonaktif" else Enable
    return propose_change(
        form,
        lambda: change(person_id, **form.values),
        lambda _: draw_person(person_id, status=422, reason=form),
    )


@pages.post("/penjabat")
@needs_permission("people.manage")
def appoint_acting() -> ResponseReturnValue:
    form = offer_officials(ActingForm())

    def appointment() -> Appoint:
        person_id = person_number(form["person_id"].data)
        replaced = person_number(form["instead_of"].data)
        return Appoint(**form.values | {"person_id": person_id, "instead_of": replaced or None})

    return propose_change(form, appointment, lambda _: draw_acting(form, status=422))


def person_number(text: str | None) -> int:
    """The number of a person as a list offers it; 0, which nobody has, for anything else."""
    return typed_number(text) or 0


@pages.post("/penjabat/<int:acting_id>/akhiri")
@needs_permission("people.manage")
def end_acting(acting_id: int) -> ResponseReturnValue:
    form = EndForm()
    return propose_change(
        form,
        lambda: changes.ending_of(current_db(), acting_id, **form.values),
        lambda _: draw_acting(status=422, end=form),
    )


def propose_change(
    form: Form,
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


def offer_officials(form: CommandForm) -> CommandForm:
    me = current_actor().person_id
    others = [person for person in queries.list_people(current_db(), active=True) if person.id != me]
    form["person_id"].choices = to_choices((person.id, person.name) for person in others)
    form["instead_of"].choices = post_holders()
    return form


def post_holders() -> list[SelectChoice]:
    """Who may be replaced: everybody who holds a post, those included who have left, or nobody."""
    posts = queries.profile_of(current_db()).marked("post")
    held = [person for person in queries.list_people(current_db()) if posts & set(person.roles)]
    named = [(str(person.id), f"{person.name} ({person.title_or_roles})") for person in held]
    return to_choices([("", "Pilih pejabatnya"), ("0", "Tidak ada: jabatannya kosong"), *named])


@pages.get("/baru", endpoint="new_person")
@needs_permission("people.manage")
def draw_new_person(form: CommandForm | None = None, status: int = 200) -> ResponseReturnValue:
    form = form or offer_roles(AddForm.holding())
    return show_page("platform/people/new.html", status=status, form=form, has_pin=has_pin())


@pages.get("/penjabat", endpoint="list_acting")
@needs_permission("people.manage")
def draw_acting(
    form: CommandForm | None = None, status: int = 200, end: CommandForm | None = None
) -> ResponseReturnValue:
    return show_page(
        "platform/people/acting.html",
        status=status,
        form=form or offer_officials(ActingForm.holding()),
        lines=queries.acting_officials(current_db()),
        end=end or EndForm.holding(),
        has_pin=has_pin(),
    )


@pages.get("/<int:person_id>", endpoint="show_person")
@needs_permission("people.manage")
def draw_person(
    person_id: int, status: int = 200, refused: Refused = NOT_REFUSED, **forms: Form
) -> ResponseReturnValue:
    known = changes.known_person(current_db(), person_id)
    fresh = {
        "letterhead": refused.form_for(service.change_person, known),
        "roles": offer_roles(RolesForm.holding(roles=list(known.roles), area=known.area or "")),
        "first": FirstPasswordForm.holding(),
        "reason": ReasonForm.holding(),
        "phone": PhoneForm(formdata=None),
    }
    drawn = fresh | forms
    for name in ("roles", "first", "reason", "phone"):
        give_own_ids(drawn[name], name)
    stays = known.active and not changes.is_administered_without(current_db(), person_id)
    why_not = ""
    if stays:
        why_not = changes.LAST_ADMINISTRATOR
    return show_page(
        "platform/people/person.html",
        status=status,
        person=known,
        has_pin=has_pin(),
        why_not=why_not,
        installed=authenticator.is_installed(current_db(), person_id),
        **drawn,
    )


PERSON = "staff.show_person"
add_command(pages, "/<int:person_id>/data", service.change_person, draw_person, "Data disimpan.", to=PERSON)


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
        lambda _: draw_waiting(422, confirming=form, place=proposal_id),
        url_for("second.list_waiting"),
        "Disetujui dan berlaku. Yang bersangkutan diberi tahu saat masuk.",
        form=form,
    )


@second_pages.post("/pin/jamin")
@needs_permission("people.second")
def vouch_for_pins() -> ResponseReturnValue:
    """One PIN for everybody who was ticked; whoever has nothing more to confirm goes on to the own next page."""
    form = offer_new_pins(VouchForm(), new_pins())
    ticked = form.people.data or []

    def go_on(_: None) -> ResponseReturnValue:
        waits = service.count_waiting(current_db(), current_actor(), current_time())
        if waits:
            where = url_for("second.list_waiting")
        else:
            where = duty_or_home()
        return tell_in_place(f"{len(ticked)} PIN berlaku sekarang.", otherwise=where)

    return run_command(
        lambda: service.vouch_for_pins(current_journal(), current_actor(), ticked, now=current_time()),
        lambda _: draw_waiting(422, vouching=form),
        go_on,
        form=form,
        pin=True,
    )


def new_pins() -> list[tuple[service.NewPin, str]]:
    """New PINs that wait, each with why this person may not vouch for it."""
    db = current_db()
    actor = current_actor()
    now = current_time()
    return [
        (new_pin, service.refusal_of(service.check_voucher, db, actor, new_pin.person_id, now))
        for new_pin in service.list_new_pins(db, now)
    ]


def offer_new_pins(form: VouchForm, pins: Sequence[tuple[service.NewPin, str]]) -> VouchForm:
    form.people.choices = to_choices((new_pin.person_id, new_pin.name) for new_pin, refusal in pins if not refusal)
    return give_own_ids(form, "jamin")


def second_person(form: SecondForm, proposal_id: int) -> Actor:
    """Who confirms: whoever is signed in, or somebody who proves at the proposer's PC who he is; the PIN decides."""
    db = current_db()
    mine = (proposal.id for proposal in service.list_proposals(db, current_time()) if is_own(proposal))
    if not form.username.data and proposal_id in mine:
        raise Problem.of("invalid", {"username": "Isi nama pengguna penyetuju."})
    if not form.username.data:
        confirm_pin(form.pin.data)
        return current_actor()
    username = form.username.data.strip().lower()
    address = remote_address()
    if not verify_password(db, username, form.password.data or "", now=current_time(), address=address):
        raise Problem.of("invalid", {"password": "Nama pengguna atau kata sandi tidak cocok."})
    actor = queries.actor_named(db, username, current_date())
    if actor is None:
        raise permission_problem(current_actor(), "people.second")
    if authenticator.is_installed(db, actor.person_id) and not form.other_code.data:
        raise Problem.of("invalid", {"other_code": "Isi kode dari ponsel penyetuju."})
    credentials.confirm_pin(db, actor, form.pin.data or "", now=current_time(), address=address)
    if authenticator.is_installed(db, actor.person_id):
        asked = authenticator.Asked(actor, current_time(), address)
        authenticator.check_code(db, asked, form.other_code.data or "")
    return actor


@second_pages.get("/", endpoint="list_waiting")
@needs_permission("people.second")
def draw_waiting(
    status: int = 200,
    refused: Refused = NOT_REFUSED,
    confirming: SecondForm | None = None,
    place: int = 0,
    vouching: VouchForm | None = None,
) -> ResponseReturnValue:
    """Draw the page; `confirming` is a form with what is wrong, at the proposal that `place` names."""
    waiting = service.list_proposals(current_db(), current_time())
    forms = {place: confirming}
    lines = [proposal_line(proposal, forms.get(proposal.id)) for proposal in waiting]
    pins = new_pins()
    return show_page(
        "platform/people/second.html",
        "platform/people/_new_pins.html",
        status=status,
        here=answers_in_place(),
        lines=lines,
        pins=pins,
        vouching=vouching or offer_new_pins(VouchForm(formdata=None), pins),
        lost=confirming is not None and confirming not in [line.form for line in lines],
        has_pin=has_pin(),
    )


KEPT = "Usulan dibatalkan. Tidak ada yang berubah."
add_command(
    second_pages, "/<int:proposal_id>/tolak", service.withdraw_proposal, draw_waiting, KEPT, to="second.list_waiting"
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
    change = waiting.change
    profile = queries.profile_of(current_db())
    labels = profile.labels
    detail = change.detail_in(profile)
    if isinstance(change, SetRoles):
        before = find_person(current_db(), change.person_id)
        roles = ""
        if before:
            roles = before.role_names
        return [("Sekarang", roles), ("Menjadi", labels(change.gains))]
    if isinstance(change, AddPerson):
        return [("Peran", labels(change.gains)), ("Nama pengguna", change.login)]
    if isinstance(change, Appoint):
        end = "dicabut"
        if change.until_on:
            end = f"{change.until_on:%d-%m-%Y}"
        return [("Penunjukan", detail), ("Berlaku", f"{change.from_on:%d-%m-%Y} sampai {end}")]
    return [("Isinya", detail)] if detail else []
