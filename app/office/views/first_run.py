"""The form of the first run: identity, staff, villages with their clerks, number series, three names."""

from typing import Any

from flask import Blueprint, abort, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, IntegerField, PasswordField, SelectField
from wtforms.validators import Optional
from wtforms.widgets import PasswordInput

from app.backups.service import find_remains
from app.backups.views.page import remains_page
from app.core.problems import SENTENCES, Problem
from app.office import queries, service, settings
from app.office.events import VillageData
from app.office.numbers import usual_series
from app.office.service import NewPerson
from app.office.views.exchange import own_exchange
from app.office.views.forms import IdentityForm
from app.people.credentials import LONGEST
from app.web.context import current_date, current_db, current_journal, current_time, surroundings
from app.web.forms import (
    AtMost,
    Filled,
    Form,
    NumberRange,
    OfficeDate,
    TextLine,
    redirect_to,
    run_command,
    show_page,
    to_choices,
)
from app.web.guard import public
from schema.body_limits import takes_body
from schema.definitions import load_definition
from schema.profiles import STANDARD, load_profile, profile_names
from schema.seed_data import seed_regency
from schema.service_procedure import Definition
from schema.zone import CHOICES as ZONE_CHOICES

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
    """Everything that the page asks. People and villages are rows, forms of their own with a prefix."""

    profile = SelectField("Jenis kantor", choices=[], default=STANDARD)
    office_code = SelectField("Kecamatan", [Filled(SENTENCES["kecamatan"])], choices=[], validate_choice=False)
    office_zone = SelectField("Zona waktu", choices=to_choices(ZONE_CHOICES.items()))
    start_case = IntegerField("Nomor berkas berikutnya", FIRST_NUMBER)
    start_dispatch = IntegerField("Nomor pengiriman berikutnya", FIRST_NUMBER)
    start_letter = IntegerField("Nomor surat berikutnya", FIRST_NUMBER)
    start_minutes = IntegerField("Nomor berita acara berikutnya", FIRST_NUMBER)
    pattern_case = TextLine("Pola nomor berkas", [AtMost(60)])
    pattern_dispatch = TextLine("Pola nomor pengiriman", [AtMost(60)])
    pattern_letter = TextLine("Pola nomor surat", [AtMost(60)])
    pattern_minutes = TextLine("Pola nomor berita acara", [AtMost(60)])
    effective_on = OfficeDate("Berlaku sejak", [Optional()])
    arms_kept = TextLine("Lambang daerah", [AtMost(60_000)], id="arms")
    code = TextLine("Kode pendaftaran", [AtMost(200)])

    def __init__(self) -> None:
        patterns = {f"pattern_{name}": pattern for name, pattern in usual_series().items()}
        super().__init__(effective_on=current_date(), **patterns)
        self.profile.choices = to_choices([(name, load_profile(name).name) for name in profile_names()])
        self.chosen = load_profile(self.profile.data if self.profile.data in profile_names() else STANDARD)
        self.profile.data = self.chosen.id
        self.office_code.choices = to_choices([("", "Pilih kecamatan"), *service.kecamatan_choices()])
        if request.form.get("office_zone") is None or self.is_redrawn:
            self.office_zone.data = self.chosen.zone
        self.people = {key: PersonRow(prefix=f"{key}-") for key in self.chosen.first_people}
        self.villages = village_rows(self.office_code.data or "") if self.chosen.villages else {}

    @property
    def is_redrawn(self) -> bool:
        """Whether another kind of office or the villages are asked for, nothing saved yet."""
        return request.form.get("aksi") in ("jenis", "desa")

    @property
    def standards(self) -> list[Definition]:
        """The services with which the chosen kind of office begins."""
        return [load_definition(text, "standar") for text in service.first_standards(self.chosen)]

    @property
    def titled_rows(self) -> list[tuple[str, PersonRow | VillageRow]]:
        people = [(self.chosen.first_people[key].label, row) for key, row in self.people.items()]
        return [*people, *((row.name.data, row) for row in self.villages.values())]

    @property
    def broken(self) -> list[tuple[str, str, str]]:
        rows = [(id_, f"{title}, {label}", why) for title, row in self.titled_rows for id_, label, why in row.broken]
        return super().broken + rows

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field can be read; asks all of them, so that everything wrong shows at once."""
        answers = [super().validate(extra_validators), *(row.validate() for _, row in self.titled_rows)]
        self.keep_arms()
        return all(answers) and not self.arms_kept.errors

    def keep_arms(self) -> None:
        """The arms just sent, else those sent before; they travel with the page until it is saved."""
        upload = request.files.get("arms")
        data = upload.read(settings.ARMS_LIMIT + 1) if upload else b""
        try:
            kept = settings.to_data_address(data) if data else settings.check_arms(self.arms_kept.data or "")
        except Problem as problem:
            kept, self.arms_kept.errors = "", [problem.fields["arms"]]
        self.arms_kept.data, self.arms_kept.raw_data = kept, [kept]

    def suggest_identity(self) -> None:
        name = seed_regency().name.title()
        whole = name if name.startswith(("Kabupaten", "Kota")) else f"Kabupaten {name}"
        if not self.chosen.villages:  # what was proposed to a kecamatan
            self.office_regency.data = "" if self.office_regency.data == whole else self.office_regency.data
            return
        for key, value in ({"office.regency": whole} | service.suggest_identity(self.office_code.data or "")).items():
            field = self[key.replace(".", "_")]
            field.data = field.data or value

    def find_field(self, name: str) -> Field | None:
        """The field behind a name of :func:`app.office.service.found_office`."""
        group, _, part = name.partition("/")
        if name == "people":
            return next(iter(self.people.values())).name
        if group in self.people:
            return self.people[group]._fields.get(part)
        if group in self.villages:
            return self.villages[group]._fields.get(f"clerk_{part}")
        return self._fields.get(f"pattern_{part}" if group == "pattern" else name.replace(".", "_", 1))

    def everybody(self) -> list[NewPerson]:
        staff = [
            NewPerson(
                row.username.data,
                row.name.data,
                self.chosen.first_people[key].roles,
                row.password.data or "",
                row.nip.data,
                key=key,
            )
            for key, row in self.people.items()
            if row.filled
        ]
        clerk = tuple(self.chosen.marked("one_area"))
        return staff + [
            NewPerson(
                row.clerk_username.data,
                row.clerk_name.data,
                clerk,
                row.clerk_password.data or "",
                area=code,
                key=code,
            )
            for code, row in self.villages.items()
            if row.filled
        ]

    def places(self) -> list[VillageData]:
        """The villages as edited; a name that was emptied falls back to the region row."""
        known = {one.code: one.name for one in service.own_villages(self.office_code.data or "")}
        return [
            VillageData(code, row.name.data or known[code], row.head_name.data, row.head_nip.data)
            for code, row in self.villages.items()
        ]


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


def check_reachable() -> None:
    """Answer 404 when the set-up is over, or when another machine asks, be it through a proxy on this one."""
    own = (request.remote_addr or "") in LOOPBACK and not any(name in request.headers for name in FORWARDED)
    if not own or queries.is_set_up(current_db()):
        abort(404)


@pages.before_request
def offer_restore() -> ResponseReturnValue | None:
    """Keys or backups beside an empty database: what was found and how it comes back, never a second founding."""
    check_reachable()
    remains = find_remains(surroundings().data)
    return remains_page(remains, "office") if remains else None


def draw_form(form: FirstRunForm, status: int = 200) -> ResponseReturnValue:
    return show_page("office/first.html", status=status, form=form, villages=form.villages)


@pages.get("/")
@public
def first_run_form() -> ResponseReturnValue:
    form = FirstRunForm()
    form.office_centre_name.data = settings.DEFAULTS["office.centre_name"]
    form.suggest_identity()
    return draw_form(form)


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
    form = FirstRunForm()
    if form.is_redrawn:
        form.keep_arms()
        form.suggest_identity()
        return draw_form(form)
    return run_command(
        lambda: write_office(form), lambda _: draw_form(form, 422), lambda _: after_set_up(form), form=form
    )


def write_office(form: FirstRunForm) -> None:
    service.found_office(
        current_journal(),
        identity=form.settings() | {"office.arms": form.arms_kept.data or ""},
        people=form.everybody(),
        starts={name: form[f"start_{name}"].data or 1 for name in usual_series()},
        effective_on=form.effective_on.data or current_date(),
        profile=form.chosen.id,
        patterns={name: form[f"pattern_{name}"].data for name in usual_series()},
        own=form.places(),
        now=current_time(),
    )
    surroundings().begin_rooms(current_journal(), current_time())


def after_set_up(form: FirstRunForm) -> ResponseReturnValue:
    """Enrol with a code that was typed: the office stands either way, the sentence says how it went."""
    if form.code.data:
        report = own_exchange().enrol(form.code.data, current_time())
        words = " ".join(report.sentences)
        again = f"Ulangi nanti di Sambungan ke {queries.road_end(current_db())}."
        flash(words if report.ok else f"Belum terdaftar: {words} {again}")
    return redirect_to(url_for("people.sign_in"), "Kantor sudah siap. Masuk dengan nama pengguna yang baru dibuat.")
