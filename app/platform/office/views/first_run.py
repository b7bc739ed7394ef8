"""The set-up of an empty office in steps, and the sheet with everybody's first sign-in."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

import msgspec
from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.core.problems import Problem
from app.platform.backups.service import find_remains
from app.platform.backups.views.page import remains_page
from app.platform.backups.views.passphrase import encryption_state, passphrase_page, take_passphrase
from app.platform.office import queries, service
from app.platform.office.first_run import (
    Draft,
    FirstPasswords,
    FirstSignIn,
    SignInSheet,
    drop_draft,
    keep_draft,
    read_draft,
)
from app.platform.office.numbers import usual_series
from app.platform.office.service import NewPerson
from app.platform.office.views.exchange import own_exchange
from app.platform.office.views.first_forms import (
    NumbersStep,
    OfficeStep,
    OwnPinForm,
    PartnerStep,
    PeopleStep,
    Step,
    VillagesStep,
    chosen_profile,
    steps_of,
    suggested_identity,
)
from app.platform.people.queries import actor_named
from app.platform.people.sessions import device_words, open_founders_session
from app.platform.web.browser import browser_digest
from app.platform.web.context import (
    current_date,
    current_db,
    current_journal,
    current_loket,
    current_time,
    remote_address,
    surroundings,
)
from app.platform.web.forms import MENDABLE, run_command, show_page, storage_errors_as_problems
from app.platform.web.guard import keep_known_person, public
from schema import database
from schema.body_limits import takes_body
from schema.profiles import STANDARD, load_profile

pages = Blueprint("setup", __name__, url_prefix="/persiapan")
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
FORM_LIMIT = 2_000_000
"""Bytes of a set-up form: names of a whole office and its arms."""
SHEET = "first_sheet"


def check_reachable() -> None:
    """Answer 404 when another machine asks, be it through a proxy on this one."""
    own = remote_address() in LOOPBACK and not any(name in request.headers for name in FORWARDED)
    if not own:
        abort(404)


AFTERWARDS = ("setup.sign_in_sheet", "setup.close_sheet")


@pages.before_request
def offer_restore() -> ResponseReturnValue | None:
    """Keys or backups beside an empty database: what was found and how it comes back, never a second founding."""
    check_reachable()
    if request.endpoint in AFTERWARDS:
        return None
    with own_turn():
        if queries.is_set_up(current_db()):
            return after_set_up()
        remains = find_remains(surroundings().data)
    if not remains:
        return None
    return remains_page(remains, "office")


def after_set_up() -> ResponseReturnValue:
    """The set-up is over: its sheet for the browser that founded the office (it clicked twice), else 404."""
    own = first_passwords().sheet_for(session.get(SHEET), current_time())
    if own:
        return redirect(url_for("setup.sign_in_sheet"), 303)
    return abort(404)


def first_passwords() -> FirstPasswords:
    """Of this process: what was typed before it was started again is known by its hash only."""
    return cast(FirstPasswords, current_app.extensions.setdefault("loket_first_passwords", FirstPasswords()))


@contextmanager
def own_turn() -> Iterator[None]:
    """One request of the set-up after the other; each sees what the one before it wrote."""
    with first_passwords().one_at_a_time:
        database.hold_journal_state(current_db())
        yield


def load_step(draft: Draft, name: str) -> type[Step]:
    known = {kind.name: kind for kind in steps_of(chosen_profile({**draft.answers, **request.form}))}
    return known.get(name) or abort(404)


def draw_step(step: Step, status: int = 200) -> ResponseReturnValue:
    kinds = steps_of(step.chosen)
    place = kinds.index(type(step))
    if isinstance(step, PartnerStep):
        typed = every_step(step.draft)
    else:
        typed = {}
    before = None
    if place:
        before = kinds[place - 1]
    return show_page(
        "platform/office/first.html",
        status=status,
        form=step,
        chosen=step.chosen,
        number=place + 1,
        steps=[(kind, kind.title, kind.name in step.draft.done) for kind in kinds],
        before=before,
        encryption=encryption_state(),
        typed=typed,
    )


def every_step(draft: Draft) -> dict[str, Step]:
    """Every step with what is kept of it."""
    return {kind.name: kind(draft, first_passwords()) for kind in steps_of(chosen_profile(draft.answers))}


@pages.get("/")
@public
def first_run_form() -> ResponseReturnValue:
    """The first step that is not done yet: after a power cut the set-up goes on where it stood."""
    draft = read_draft(surroundings().data)
    kinds = steps_of(chosen_profile(draft.answers))
    step = next((kind for kind in kinds if kind.name not in draft.done), kinds[-1])
    return draw_step(step(draft, first_passwords()))


@pages.get("/<step>")
@public
def show_step(step: str) -> ResponseReturnValue:
    draft = read_draft(surroundings().data)
    return draw_step(load_step(draft, step)(draft, first_passwords()))


@pages.get("/usulan")
@public
def suggest_names() -> ResponseReturnValue:
    names = suggested_identity(load_profile(STANDARD), request.args.get("office_code", ""))
    return render_template("platform/office/_suggested.html", suggested=names)


@pages.get("/contoh-nomor")
@public
def preview_number() -> ResponseReturnValue:
    """The first number of the series `seri` with what is typed, asked for by its fields."""
    name = request.args.get("seri", "")
    step = NumbersStep(read_draft(surroundings().data), first_passwords(), request.args)
    if name not in usual_series(step.chosen):
        abort(404)
    return render_template("platform/office/_number_preview.html", shown=step.preview(name))


@pages.get("/kata-sandi")
@public
def show_passphrase() -> ResponseReturnValue:
    """Whether the databases of this PC are encrypted: a choice beside the steps, plain until it is made."""
    return passphrase_page(url_for("setup.lock_database"), url_for("setup.first_run_form"))


@pages.post("/kata-sandi")
@public
def lock_database() -> ResponseReturnValue:
    with own_turn():
        if queries.is_set_up(current_db()):
            return after_set_up()
        return take_passphrase(url_for("setup.lock_database"), url_for("setup.first_run_form"))


@pages.post("/<step>")
@public
@takes_body(FORM_LIMIT)
def keep_step(step: str) -> ResponseReturnValue:
    """Keep what was typed, right or wrong; go on only where nothing is wrong."""
    session.setdefault(SHEET, secrets.token_urlsafe(16))
    with own_turn():
        if queries.is_set_up(current_db()):
            return after_set_up()
        return keep_and_go_on(step)


def keep_and_go_on(step: str) -> ResponseReturnValue:
    draft = read_draft(surroundings().data)
    form = load_step(draft, step)(draft, first_passwords(), request.form)
    deed = request.form.get("aksi", "")
    if isinstance(form, OfficeStep) and deed == "jenis":
        form.change_kind()
        draft.done = []
    if isinstance(form, OfficeStep | PeopleStep):
        form.fill_in()
    good = form.validate()
    if isinstance(form, PeopleStep):
        form.keep_passwords()
    if isinstance(form, PartnerStep):
        first_passwords().code = form.code.data or ""
    draft.answers |= form.answers
    draft.done = [name for name in draft.done if name != form.name]
    if good:
        draft.done.append(form.name)
    try:
        with storage_errors_as_problems():
            keep_draft(surroundings().data, draft)
    except Problem as problem:
        form.take(problem)
        return draw_step(form, problem.status)
    if deed == "jenis":
        return redirect(url_for("setup.show_step", step=form.name), 303)
    return leave_step(form, good, deed == "kembali")


def leave_step(form: Step, good: bool, back: bool) -> ResponseReturnValue:
    kinds = steps_of(form.chosen)
    place = kinds.index(type(form))
    if back:
        return redirect(url_for("setup.show_step", step=kinds[max(0, place - 1)].name), 303)
    if not good:
        return draw_step(form, 422)
    if isinstance(form, PartnerStep):
        return found_now(form)
    return redirect(url_for("setup.show_step", step=kinds[place + 1].name), 303)


def found_now(last: PartnerStep) -> ResponseReturnValue:
    """Found the office with everything that is kept; a step in which something is wrong is drawn instead."""
    steps = every_step(last.draft) | {last.name: last}
    faulty = next((step for step in steps.values() if step is not last and not step.validate()), None)
    if faulty:
        return draw_step(faulty, 422)
    everybody = with_passwords(steps)
    try:
        with storage_errors_as_problems():
            write_office(steps, everybody)
    except Problem as problem:
        if problem.status not in MENDABLE:
            raise
        named = (known for known in steps.values() if any(known.find_field(name) for name in problem.fields))
        faulty = next(named, last)
        faulty.take(problem)
        return draw_step(faulty, 422)
    drop_draft(surroundings().data)
    enrol_at_once(last.code.data)
    keeper = next((person.username.lower() for person in everybody if not person.must_change), "")
    first_passwords().show(session[SHEET], make_strips(steps, everybody), keeper, current_time())
    return redirect(url_for("setup.sign_in_sheet"), 303)


def with_passwords(steps: dict[str, Step]) -> list[NewPerson]:
    """Everybody who was typed, with the hash of the first password."""
    people = cast(PeopleStep, steps["petugas"]).everybody()
    if "desa" in steps:
        people += cast(VillagesStep, steps["desa"]).clerks({person.username.lower() for person in people})
    kept = steps["petugas"].draft.hashes
    return [msgspec.structs.replace(person, hashed=first_passwords().hash_for(person.key, kept)) for person in people]


def make_strips(steps: dict[str, Step], people: list[NewPerson]) -> tuple[FirstSignIn, ...]:
    """A strip for everybody who gets a first password from others."""
    posts = {
        key: title for step in ("petugas", "desa") if step in steps for key, (title, _) in steps[step].rows.items()
    }
    strips = []
    for person in people:
        if person.must_change:
            if person.area:
                post = f"Petugas desa {posts[person.key]}"
            else:
                post = posts[person.key]
            password = first_passwords().clear_of(person.key, person.hashed)
            strips.append(FirstSignIn(post, person.name, person.username.lower(), password))
    return tuple(strips)


def write_office(steps: dict[str, Step], everybody: list[NewPerson]) -> None:
    office = cast(OfficeStep, steps["kantor"])
    numbers = cast(NumbersStep, steps["nomor"])
    partner = {
        "office.centre_name": steps["pusat"]["office_centre_name"].data,
        "office.centre_place": steps["pusat"]["office_centre_place"].data,
    }
    own = []
    if "desa" in steps:
        own = cast(VillagesStep, steps["desa"]).places()
    service.found_office(
        current_journal(),
        identity=office.settings() | partner,
        people=everybody,
        starts=numbers.starts(),
        effective_on=numbers.effective_on.data or current_date(),
        profile=office.chosen.id,
        patterns=numbers.patterns(),
        own=own,
        now=current_time(),
    )
    surroundings().begin_rooms(current_journal(), current_time())


def enrol_at_once(code: str | None) -> None:
    """Enrol with a code that was typed: the office stands either way, the sentence says how it went."""
    if code:
        report = own_exchange().enrol(code, current_time())
        words = " ".join(report.sentences)
        if not report.ok:
            again = f"Ulangi nanti di Sambungan ke {queries.road_end(current_db())}."
            words = f"Belum terdaftar: {words} {again}"
        flash(words)


@pages.get("/selesai")
@public
def sign_in_sheet() -> ResponseReturnValue:
    """Everybody's first sign-in, for the browser that founded the office, on this PC, until it goes on."""
    sheet = first_passwords().sheet_for(session.get(SHEET), current_time())
    if sheet:
        return draw_sheet(sheet, OwnPinForm(formdata=None))
    return redirect(url_for("people.sign_in"), 303)


def draw_sheet(sheet: SignInSheet, form: OwnPinForm, status: int = 200) -> ResponseReturnValue:
    keeper = actor_named(current_db(), sheet.keeper, current_date())
    address = request.host_url
    return show_page(
        "platform/office/first_sheet.html", status=status, sheet=sheet, form=form, keeper=keeper, address=address
    )


@pages.post("/selesai")
@public
def close_sheet() -> ResponseReturnValue:
    """The sheet is printed: nobody sees it again. Whoever set the office up goes on as himself, with an own PIN; of two
    clicks the first one makes it."""
    with own_turn():
        return go_on_from_sheet()


def go_on_from_sheet() -> ResponseReturnValue:
    sheet = first_passwords().sheet_for(session.get(SHEET), current_time())
    keeper = None
    if sheet:
        keeper = actor_named(current_db(), sheet.keeper, current_date())
    if sheet is None or keeper is None:
        drop_sheet()
        return redirect(url_for("people.sign_in"), 303)
    form = OwnPinForm()

    def sign_keeper_in() -> str:
        device = device_words(request.user_agent.string)
        address = remote_address()
        return open_founders_session(
            current_journal(),
            keeper,
            pin=form.pin.data or "",
            now=current_time(),
            address=address,
            device=device,
            browser=browser_digest(),
        )

    def go_in(token: str) -> ResponseReturnValue:
        drop_sheet()
        keep_known_person(token)
        return redirect(url_for(current_loket().shell.home), 303)

    return run_command(
        sign_keeper_in,
        lambda _: draw_sheet(sheet, form, 422),
        go_in,
        form=form,
    )


def drop_sheet() -> None:
    """Close the sheet for good."""
    if first_passwords().sheet_for(session.pop(SHEET, None), current_time()):
        first_passwords().sheet = None
