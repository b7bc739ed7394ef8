"""The form of the first run: identity, staff, villages with their clerks, number series, three names."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Blueprint, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, IntegerField, PasswordField, SelectField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import PasswordInput

from app.backups.service import find_remains
from app.backups.views import remains_page
from app.core.problems import SENTENCES, Problem
from app.office import queries, service, settings
from app.office.events import VillageData
from app.office.numbers import usual_series
from app.office.service import NewPerson
from app.office.views.exchange import own_exchange
from app.office.views.forms import IdentityForm
from app.people.credentials import LONGEST
from app.web.context import current_date, current_db, current_journal, current_time, surroundings
from app.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, redirect_to, show_page, to_choices
from app.web.guard import public
from schema.body_limits import takes_body
from schema.profiles import STANDARD, Profile, load_profile, profile_names

FIRST_NUMBER = [Optional(), NumberRange(1, 999_999, SENTENCES["up_to_999999"])]


class FirstPassword(PasswordField):
    """A first password, shown again as dots when something else was wrong: this page answers this PC alone."""

    widget = PasswordInput(hide_value=False)


class PersonRow(Form):
    """One person of the first run; an empty row is skipped."""

    class Meta:
        csrf = False

    name = TextLine("Nama lengkap", [AtMost(100)])
    nip = TextLine("NIP", [AtMost(30)])
    username = TextLine("Nama pengguna", [AtMost(40)])
    password = FirstPassword("Kata sandi pertama", [AtMost(LONGEST)])

    @property
    def filled(self) -> bool:
        return bool(self.name.data or self.username.data or self.nip.data or self.password.data)


class VillageRow(Form):
    """One village as the office writes it, its head, and its clerk if there is one."""

    class Meta:
        csrf = False

    name = TextLine("Nama desa", [AtMost(60)])
    head_name = TextLine("Kepala desa", [AtMost(100)])
    head_nip = TextLine("NIP kepala desa", [AtMost(30)])
    clerk_name = TextLine("Nama petugas desa", [AtMost(100)])
    clerk_username = TextLine("Nama pengguna", [AtMost(40)])
    clerk_password = FirstPassword("Kata sandi pertama", [AtMost(LONGEST)])

    @property
    def filled(self) -> bool:
        return bool(self.clerk_name.data or self.clerk_username.data or self.clerk_password.data)


class FirstRunForm(IdentityForm):
    """Identity, series, the standard's three people, the centre's code. People and villages have rows of their own."""

    profile = SelectField("Jenis kantor", choices=[], default=STANDARD)
    office_code = SelectField("Kecamatan", [Filled(SENTENCES["kecamatan"])], choices=[])
    start_case = IntegerField("Nomor berkas berikutnya", FIRST_NUMBER)
    start_dispatch = IntegerField("Nomor pengiriman berikutnya", FIRST_NUMBER)
    start_letter = IntegerField("Nomor surat berikutnya", FIRST_NUMBER)
    start_minutes = IntegerField("Nomor berita acara berikutnya", FIRST_NUMBER)
    pattern_case = TextLine("Pola nomor berkas", [AtMost(60)])
    pattern_dispatch = TextLine("Pola nomor pengiriman", [AtMost(60)])
    pattern_letter = TextLine("Pola nomor surat", [AtMost(60)])
    pattern_minutes = TextLine("Pola nomor berita acara", [AtMost(60)])
    effective_on = OfficeDate("Berlaku sejak", [Optional()])
    arms_kept = TextLine("Lambang daerah", [AtMost(60_000)])
    code = TextLine("Kode pendaftaran", [AtMost(200)])


@dataclass
class Sheet:
    """Everything that the page asks, with what is wrong in it; templates use it where they expect a form."""

    form: FirstRunForm
    profile: Profile
    people: dict[str, PersonRow] = field(default_factory=dict)
    villages: dict[str, VillageRow] = field(default_factory=dict)
    problem: str = ""
    arms_error: str = ""

    @classmethod
    def read(cls) -> Sheet:
        form = FirstRunForm(
            effective_on=current_date(), **{f"pattern_{name}": one for name, one in usual_series().items()}
        )
        form.office_code.choices = to_choices([("", "Pilih kecamatan"), *service.kecamatan_choices()])
        form.profile.choices = to_choices([(name, load_profile(name).name) for name in profile_names()])
        profile = load_profile(form.profile.data if form.profile.data in profile_names() else STANDARD)
        sheet = cls(form, profile, {key: PersonRow(prefix=f"{key}-") for key in profile.first_people})
        sheet.villages = village_rows(form.office_code.data or "")
        return sheet

    @property
    def labels(self) -> dict[str, str]:
        """Row of a person → what it is called."""
        return {key: one.label for key, one in self.profile.first_people.items()}

    @property
    def broken(self) -> list[tuple[str, str, str]]:
        """(field id, label, sentence) of everything wrong, in the order of the page."""
        found = self.form.broken
        if self.arms_error:
            found.append(("arms", "Lambang daerah", self.arms_error))
        for role, row in self.people.items():
            found += [(id_, f"{self.labels[role]}, {label}", text) for id_, label, text in row.broken]
        for place in self.villages.values():
            found += [(id_, f"{place.name.data}, {label}", text) for id_, label, text in place.broken]
        return found

    def valid(self) -> bool:
        """Whether every field can be read; asks all of them, so that everything wrong shows at once."""
        answers = [one.validate() for one in (self.form, *self.people.values(), *self.villages.values())]
        self.keep_arms()
        return all(answers) and not self.arms_error

    def keep_arms(self) -> None:
        """The arms just sent, else those sent before; they travel with the page until it is saved."""
        upload = request.files.get("arms")
        data = upload.read(settings.ARMS_LIMIT + 1) if upload else b""
        try:
            kept = settings.to_data_address(data) if data else settings.check_arms(self.form.arms_kept.data or "")
        except Problem as problem:
            kept, self.arms_error = "", problem.fields["arms"]
        self.form.arms_kept.data = kept
        self.form.arms_kept.raw_data = [kept]

    def suggest(self) -> None:
        """Fill what was left empty with what usually follows from the kecamatan."""
        for key, value in service.suggest_identity(self.form.office_code.data or "").items():
            held = self.form[key.replace(".", "_")]
            held.data = held.data or value

    def take(self, problem: Problem) -> None:
        """Put what the service found at the fields it names; the rest stands above the form."""
        rest: dict[str, str] = {}
        for name, sentence in problem.fields.items():
            held = self.named(name)
            if held is None:
                rest[name] = sentence
            else:
                held.errors = [*held.errors, sentence]
        if rest or not problem.fields:
            self.problem = " ".join(rest.values()) or problem.sentence

    def named(self, name: str) -> Field | None:
        """The field behind a name of :func:`app.office.service.found_office`."""
        if name == "people":
            return next(iter(self.people.values())).name
        group, _, part = name.partition("/")
        if group == "pattern":
            return self.form[f"pattern_{part}"]
        if group in self.people:
            return self.people[group]._fields.get(part)
        if group in self.villages:
            return self.villages[group]._fields.get(part if part.startswith("head") else f"clerk_{part}")
        return self.form._fields.get(name.replace(".", "_", 1))

    # -- what the service is given ----------------------------------------------------------------------------

    def identity(self) -> dict[str, str]:
        return self.form.settings() | {
            "office.code": self.form.office_code.data or "",
            "office.arms": self.form.arms_kept.data or "",
        }

    def everybody(self) -> list[NewPerson]:
        roles = {key: one.roles for key, one in self.profile.first_people.items()}
        staff = [
            NewPerson(row.username.data, row.name.data, roles[key], row.password.data or "", row.nip.data, key=key)
            for key, row in self.people.items()
            if row.filled
        ]
        clerks = [
            NewPerson(
                row.clerk_username.data,
                row.clerk_name.data,
                tuple(self.profile.marked("one_area")),
                row.clerk_password.data or "",
                area=code,
                key=code,
            )
            for code, row in self.villages.items()
            if row.filled
        ]
        return staff + clerks

    def places(self) -> list[VillageData]:
        """The villages as edited; a name that was emptied falls back to the region row."""
        known = {one.code: one.name for one in service.own_villages(self.form.office_code.data or "")}
        return [
            VillageData(code, row.name.data or known[code], row.head_name.data, row.head_nip.data)
            for code, row in self.villages.items()
        ]

    def starts(self) -> dict[str, int]:
        return {name: self.form[f"start_{name}"].data for name in usual_series() if self.form[f"start_{name}"].data}

    def patterns(self) -> dict[str, str]:
        return {name: self.form[f"pattern_{name}"].data for name in usual_series()}


def village_rows(code: str) -> dict[str, VillageRow]:
    rows = {one.code: VillageRow(prefix=f"desa-{one.code}-", name=one.name) for one in service.own_villages(code)}
    for one in service.own_villages(code):
        rows[one.code].name.data = rows[one.code].name.data or one.name
    return rows


pages = Blueprint("setup", __name__, url_prefix="/persiapan")
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
FORM_LIMIT = 2_000_000
"""Bytes of a set-up form: names of a whole office and its arms."""
OPEN_ENDPOINTS = ("setup.first_run_form", "setup.set_up_office", "setup.village_fields", "asset", None)


@pages.before_app_request
def lead_to_set_up() -> ResponseReturnValue | None:
    """An empty office leads every page here. Once it is set up, the database is not asked again."""
    if current_app.extensions.get("loket_set_up") or request.endpoint in OPEN_ENDPOINTS:
        return None
    if queries.is_set_up(current_db()):
        current_app.extensions["loket_set_up"] = True
        return None
    return redirect(url_for("setup.first_run_form"))


def check_reachable() -> None:
    """Answer 404 when the set-up is over, or when another machine asks, be it through a proxy on this one."""
    here = (request.remote_addr or "") in LOOPBACK and not any(name in request.headers for name in FORWARDED)
    if not here or queries.is_set_up(current_db()):
        abort(404)


@pages.before_request
def offer_restore() -> ResponseReturnValue | None:
    """Keys or backups beside an empty database: what was found and how it comes back, never a second founding."""
    check_reachable()
    found = find_remains(surroundings().data)
    return remains_page(found, "office") if found else None


def draw_form(sheet: Sheet, status: int = 200) -> ResponseReturnValue:
    rows = [(sheet.labels[role], row) for role, row in sheet.people.items()]
    return show_page(
        "office/first.html", status=status, sheet=sheet, form=sheet.form, rows=rows, villages=sheet.villages
    )


@pages.get("/")
@public
def first_run_form() -> ResponseReturnValue:
    sheet = Sheet.read()
    sheet.form.office_centre_name.data = settings.DEFAULTS["office.centre_name"]
    name = service.regency_name().title()
    sheet.form.office_regency.data = name if name.startswith(("Kabupaten", "Kota")) else f"Kabupaten {name}"
    return draw_form(sheet)


@pages.get("/desa")
@public
def village_fields() -> ResponseReturnValue:
    code = request.args.get("office_code", "")
    return render_template(
        "office/_first_villages.html", villages=village_rows(code), suggested=service.suggest_identity(code)
    )


@pages.post("/")
@public
@takes_body(FORM_LIMIT)
def set_up_office() -> ResponseReturnValue:
    sheet = Sheet.read()
    if request.form.get("aksi") == "desa":
        sheet.keep_arms()
        sheet.suggest()
        return draw_form(sheet)
    if sheet.valid():
        try:
            write_sheet(sheet)
        except Problem as problem:
            sheet.take(problem)
    if sheet.broken or sheet.problem:
        return draw_form(sheet, 422)
    enrol_with_code(sheet.form.code.data or "")
    return redirect_to(url_for("people.sign_in"), "Kantor sudah siap. Masuk dengan nama pengguna yang baru dibuat.")


def write_sheet(sheet: Sheet) -> None:
    service.found_office(
        current_journal(),
        identity=sheet.identity(),
        people=sheet.everybody(),
        starts=sheet.starts(),
        effective_on=None if sheet.profile.id != STANDARD else sheet.form.effective_on.data or current_date(),
        profile=sheet.profile.id,
        patterns=sheet.patterns(),
        own=sheet.places(),
        now=current_time(),
    )
    surroundings().begin_rooms(current_journal(), current_time())


def enrol_with_code(code: str) -> None:
    """Enrol with a code that was typed. The office stands either way; the road's sentence says how it went."""
    if not code:
        return
    told = own_exchange().enrol(code, current_time())
    words = " ".join(told.sentences)
    flash(words if told.ok else f"Belum terdaftar di pusat cetak: {words} Ulangi nanti di Jalan ke pusat cetak.")
