"""The form of the first run: identity, staff, villages with their clerks, number series, three names."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request
from wtforms import Field, IntegerField, PasswordField, SelectField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import PasswordInput

from app.core.problems import Problem
from app.office import arms, first_run
from app.office.events import VillageData
from app.office.first_run import NewPerson, Signers
from app.office.numbers import DEFAULT_SERIES
from app.office.views.forms import IdentityForm
from app.people.credentials import LONGEST
from app.web.context import today
from app.web.forms import AtMost, Filled, Form, OfficeDate, TextLine, options

FIRST = [Optional(), NumberRange(1, 999_999, "Antara 1 dan 999.999.")]
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sekretaris": ("Sekretaris Kecamatan (administrator)", ("sekretaris", "admin")),
    "camat": ("Camat", ("camat",)),
    "kasi": ("Kasi Pelayanan Umum", ("kasi",)),
    "counter": ("Petugas Loket", ("counter",)),
    "operator": ("Petugas Operator", ("operator",)),
    "information": ("Petugas Layanan Informasi", ("information",)),
}


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
        """Whether anything was typed."""
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
        """Whether a clerk was typed."""
        return bool(self.clerk_name.data or self.clerk_username.data or self.clerk_password.data)


class FirstRunForm(IdentityForm):
    """Identity, series, the standard's three people, the centre's code. People and villages have rows of their own."""

    office_code = SelectField("Kecamatan", [Filled("Pilih kecamatan dari daftar.")], choices=[])
    start_case = IntegerField("Nomor berkas berikutnya", FIRST)
    start_dispatch = IntegerField("Nomor pengiriman berikutnya", FIRST)
    start_letter = IntegerField("Nomor surat berikutnya", FIRST)
    start_minutes = IntegerField("Nomor berita acara berikutnya", FIRST)
    pattern_case = TextLine("Pola nomor berkas", [AtMost(60)])
    pattern_dispatch = TextLine("Pola nomor pengiriman", [AtMost(60)])
    pattern_letter = TextLine("Pola nomor surat", [AtMost(60)])
    pattern_minutes = TextLine("Pola nomor berita acara", [AtMost(60)])
    maker = TextLine("Dibuat oleh", [AtMost(100)])
    checker = TextLine("Diperiksa oleh", [AtMost(100)])
    approver = TextLine("Disetujui oleh", [AtMost(100)])
    effective_on = OfficeDate("Berlaku sejak", [Optional()])
    arms_kept = TextLine("Lambang daerah", [AtMost(60_000)])
    code = TextLine("Kode pendaftaran", [AtMost(200)])


@dataclass
class Sheet:
    """Everything that the page asks, with what is wrong in it; templates use it where they expect a form."""

    form: FirstRunForm
    people: dict[str, PersonRow] = field(default_factory=dict)
    villages: dict[str, VillageRow] = field(default_factory=dict)
    problem: str = ""
    arms_error: str = ""

    @classmethod
    def read(cls) -> Sheet:
        """The sheet as it was sent, or an empty one."""
        form = FirstRunForm(
            effective_on=today(), **{f"pattern_{name}": one for name, one in DEFAULT_SERIES.items()}
        )
        form.office_code.choices = options([("", "Pilih kecamatan"), *first_run.kecamatan_choices()])
        sheet = cls(form, {role: PersonRow(prefix=f"{role}-") for role in ROLES})
        sheet.villages = village_rows(form.office_code.data or "")
        return sheet

    @property
    def broken(self) -> list[tuple[str, str, str]]:
        """(field id, label, sentence) of everything wrong, in the order of the page."""
        found = self.form.broken
        if self.arms_error:
            found.append(("arms", "Lambang daerah", self.arms_error))
        for role, row in self.people.items():
            found += [(id_, f"{ROLES[role][0]}, {label}", text) for id_, label, text in row.broken]
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
        data = upload.read(arms.LIMIT + 1) if upload else b""
        try:
            kept = arms.as_address(data) if data else arms.check_address(self.form.arms_kept.data or "")
        except Problem as problem:
            kept, self.arms_error = "", problem.fields["arms"]
        self.form.arms_kept.data = kept
        self.form.arms_kept.raw_data = [kept]

    def suggest(self) -> None:
        """Fill what was left empty with what usually follows from the kecamatan."""
        for key, value in first_run.suggested(self.form.office_code.data or "").items():
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
        """The field behind a name of :func:`app.office.first_run.found_office`."""
        if name == "people":
            return self.people["sekretaris"].name
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
        """Setting key → value."""
        return self.form.settings() | {
            "office.code": self.form.office_code.data or "",
            "office.arms": self.form.arms_kept.data or "",
        }

    def everybody(self) -> list[NewPerson]:
        """Staff and village clerks that were typed."""
        staff = [NewPerson(row.username.data, row.name.data, ROLES[role][1], row.password.data or "", row.nip.data,
                           key=role) for role, row in self.people.items() if row.filled]  # fmt: skip
        clerks = [NewPerson(row.clerk_username.data, row.clerk_name.data, ("village",), row.clerk_password.data or "",
                            area=code, key=code) for code, row in self.villages.items() if row.filled]  # fmt: skip
        return staff + clerks

    def places(self) -> list[VillageData]:
        """The villages as edited; a name that was emptied falls back to the region row."""
        known = {one.code: one.name for one in first_run.own_villages(self.form.office_code.data or "")}
        return [VillageData(code, row.name.data or known[code], row.head_name.data, row.head_nip.data)
                for code, row in self.villages.items()]  # fmt: skip

    def starts(self) -> dict[str, int]:
        """Series → first number, where one was typed."""
        return {
            name: self.form[f"start_{name}"].data
            for name in DEFAULT_SERIES
            if self.form[f"start_{name}"].data
        }

    def patterns(self) -> dict[str, str]:
        """Series → pattern."""
        return {name: self.form[f"pattern_{name}"].data for name in DEFAULT_SERIES}

    def signers(self) -> Signers | None:
        """The three people of the standard, or None when nobody was typed."""
        form = self.form
        if not (form.maker.data or form.checker.data or form.approver.data):
            return None
        return Signers(
            form.maker.data, form.checker.data, form.approver.data, form.effective_on.data or today()
        )


def village_rows(code: str) -> dict[str, VillageRow]:
    """A row for each village of a kecamatan, named as in the region rows until the office says otherwise."""
    rows = {
        one.code: VillageRow(prefix=f"desa-{one.code}-", name=one.name)
        for one in first_run.own_villages(code)
    }
    for one in first_run.own_villages(code):
        rows[one.code].name.data = rows[one.code].name.data or one.name
    return rows
