"""Forms of the set-up, one for each step. Each is filled from what is kept and from what was just sent."""

import re
from collections.abc import Mapping
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from wtforms import Field, IntegerField, PasswordField, SelectField
from wtforms.validators import Optional
from wtforms.widgets import PasswordInput

from app.core.dates import numeric_date
from app.core.problems import SENTENCES, Problem, check_nothing_wrong
from app.platform.office import service, settings
from app.platform.office.events import VillageData
from app.platform.office.first_run import Draft, FirstPasswords, suggest_username
from app.platform.office.numbers import NumberPreview, check_pattern, fill_pattern, usual_series
from app.platform.office.service import NewPerson
from app.platform.office.views.forms import SettingsForm
from app.platform.people.changes import TAKEN, AddPerson
from app.platform.people.credentials import LONGEST, check_password
from app.platform.web.commands import fields_asking
from app.platform.web.context import current_date, surroundings
from app.platform.web.forms import AtMost, Filled, Form, NumberRange, OfficeDate, TextLine, to_choices
from schema.definitions import load_definition
from schema.profiles import STANDARD, Profile, load_profile, profile_names
from schema.seed_data import seed_regency
from schema.service_procedure import Definition
from schema.zone import CHOICES as ZONE_CHOICES

FIRST_NUMBER = [Optional(), NumberRange(1, 999_999, SENTENCES["up_to_999999"])]
KEPT_LENGTH = 60_000
NEVER_KEPT = re.compile(r"code|csrf_token|.*-password")
"""Fields that are in no file: the enrolment code is good for one office, passwords are kept as hashes."""


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
    clerk_name = TextLine("Petugas desa", [AtMost(100)])


class Step(Form):
    """A step of the set-up. `rows` are forms of their own with a prefix, by the words before their fields."""

    name = ""
    title = ""

    def __init__(self, draft: Draft, passwords: FirstPasswords, sent: Mapping[str, str] | None = None) -> None:
        self.draft = draft
        self.passwords = passwords
        self.sent = sent is not None
        self.chosen = chosen_profile({**draft.answers, **(sent or {})})
        self.source = MultiDict({**self.usual(), **draft.answers, **(sent or {})})
        super().__init__(formdata=self.source)
        self.rows = self.make_rows()

    def usual(self) -> Mapping[str, str]:
        """What stands in fields in which nobody typed."""
        return {}

    def make_rows(self) -> dict[str, tuple[str, Form]]:
        return {}

    @property
    def every_field(self) -> list[Field]:
        return [*self, *(field for _, row in self.rows.values() for field in row)]

    @property
    def answers(self) -> dict[str, str]:
        """What may be kept of this step, as it was typed."""
        names = [field.name for field in self.every_field if not NEVER_KEPT.fullmatch(field.name)]
        return {name: self.source[name][:KEPT_LENGTH] for name in names if name in self.source}

    @property
    def broken(self) -> list[tuple[str, str, str]]:
        rows = [(id_, f"{title}, {label}", why) for title, row in self.rows.values() for id_, label, why in row.broken]
        return super().broken + rows

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field can be read; asks all of them, so that everything wrong shows at once."""
        answers = [super().validate(extra_validators), *(row.validate() for _, row in self.rows.values())]
        if all(answers):
            try:
                self.check()
            except Problem as problem:
                self.take(problem)
        return not self.broken and not self.problem

    def check(self) -> None:
        """The rules of this step beyond its fields. Raises Problem as :func:`app.platform.office.service.found_office`
        does.
        """

    def find_field(self, name: str) -> Field | None:
        """The field behind a name of :func:`app.platform.office.service.found_office`."""
        group, _, part = name.partition("/")
        if group in self.rows:
            fields = self.rows[group][1]._fields
            return fields.get(part, fields.get("clerk_name"))
        if group == "pattern":
            return self._fields.get(f"pattern_{part}")
        return self._fields.get(name.replace(".", "_", 1))


def chosen_profile(answers: Mapping[str, str]) -> Profile:
    name = answers.get("profile", "")
    folder = surroundings().data
    if name in profile_names(folder):
        return load_profile(name, folder)
    return load_profile(STANDARD)


class OfficeStep(Step, SettingsForm):
    name = "kantor"
    title = "Kantor"
    profile = SelectField("Jenis kantor", choices=[], validate_choice=False)
    office_code = SelectField("Kecamatan", [Filled(SENTENCES["kecamatan"])], choices=[], validate_choice=False)
    office_zone = SelectField("Zona waktu", choices=to_choices(ZONE_CHOICES.items()))
    arms_kept = TextLine("Lambang daerah", [AtMost(60_000)], id="arms")

    def __init__(self, draft: Draft, passwords: FirstPasswords, sent: Mapping[str, str] | None = None) -> None:
        super().__init__(draft, passwords, sent)
        folder = surroundings().data
        known = [(name, load_profile(name, folder).name) for name in profile_names(folder)]
        self.profile.choices = to_choices(known)
        self.profile.data = self.chosen.id
        self.office_code.choices = to_choices([("", "Pilih kecamatan"), *service.kecamatan_choices()])

    def usual(self) -> Mapping[str, str]:
        return {"profile": self.chosen.id, "office_zone": self.chosen.zone} | suggested_identity(self.chosen, "")

    @property
    def standards(self) -> list[Definition]:
        """The services with which the chosen kind of office begins."""
        return [load_definition(text, "standar") for text in service.first_standards(self.chosen)]

    def fill_in(self) -> None:
        """What follows from the kecamatan stands where nobody typed; the arms just sent, else those sent before."""
        for name, value in suggested_identity(self.chosen, self.office_code.data or "").items():
            if not self.source.get(name, "").strip():
                self.source[name] = value
                self[name].process(self.source)
        upload = request.files.get("arms")
        data = b""
        if upload:
            data = upload.read(settings.ARMS_LIMIT + 1)
        self.arms_fault = ""
        try:
            if data:
                kept = settings.to_data_address(data)
            else:
                kept = settings.check_arms(self.arms_kept.data or "")
        except Problem as problem:
            kept = ""
            self.arms_fault = problem.fields["arms"]
        self.source["arms_kept"] = kept
        self.arms_kept.process(self.source)

    def change_kind(self) -> None:
        """Another kind of office: its wall clock, and nothing of what only the former was offered."""
        self.source["office_zone"] = self.chosen.zone
        offered = suggested_identity(load_profile(STANDARD), "")
        if not self.chosen.villages and self.source.get("office_regency") == offered["office_regency"]:
            self.source["office_regency"] = ""

    def check(self) -> None:
        if getattr(self, "arms_fault", ""):
            raise settings.arms_problem(self.arms_fault)
        service.check_code(self.chosen, self.office_code.data or "")

    def find_field(self, name: str) -> Field | None:
        if name in ("arms", "office.arms"):
            return self.arms_kept
        return super().find_field(name)

    def settings(self) -> dict[str, Any]:
        return super().settings() | {"office.arms": self.arms_kept.data or ""}


def ask_identity(step: type[Step], *names: str) -> None:
    """Give a step some of the fields that ask who the office is."""
    asked = fields_asking(settings.Identity)
    for name in names:
        setattr(step, name, asked[name])


ask_identity(OfficeStep, "office_name", "office_short_name", "office_regency", "office_place")
ask_identity(OfficeStep, "office_address", "office_postcode", "office_phone", "office_email")


def suggested_identity(profile: Profile, code: str) -> dict[str, str]:
    """Field → what usually follows from the regency and the kecamatan; nothing for an office that has none."""
    if not profile.villages:
        return {}
    name = seed_regency().name.title()
    if name.startswith(("Kabupaten", "Kota")):
        whole = name
    else:
        whole = f"Kabupaten {name}"
    known = {"office.regency": whole} | service.suggest_identity(code)
    return {key.replace(".", "_", 1): value for key, value in known.items()}


class PeopleStep(Step):
    name = "petugas"
    title = "Petugas"

    def make_rows(self) -> dict[str, tuple[str, Form]]:
        first = self.chosen.first_people
        return {key: (first[key].label, PersonRow(formdata=self.source, prefix=f"{key}-")) for key in first}

    @property
    def keeper(self) -> str:
        """The row of whoever goes on with the set-up: the only one whose password somebody has to type."""
        keepers = self.chosen.marked("sets_up")
        return next((key for key, person in self.chosen.first_people.items() if keepers & set(person.roles)), "")

    def fill_in(self) -> None:
        """User names that nobody typed follow from the names."""
        taken = {row.username.data.lower() for _, row in self.rows.values()}
        for _, row in self.rows.values():
            if row.name.data and not row.username.data:
                row.username.data = suggest_username(row.name.data, taken)
                self.source[row.username.name] = row.username.data
                taken.add(row.username.data)

    def keep_passwords(self) -> None:
        """Hash what was typed and is good; only that is ever kept."""
        for key, (_, row) in self.rows.items():
            if row.password.data and "password" not in self.wrong_of(key, row):
                self.draft.hashes[key] = self.passwords.take(key, row.password.data)

    def check(self) -> None:
        wrong: dict[str, str] = {}
        taken: set[str] = set()
        for key, (_, row) in self.rows.items():
            if row.filled:
                found = self.wrong_of(key, row)
                login = row.username.data.lower()
                found |= {"username": TAKEN} if login in taken and "username" not in found else {}
                taken.add(login)
                wrong |= {f"{key}/{name}": why for name, why in found.items()}
        check_nothing_wrong(wrong)
        service.check_keepers(self.chosen, self.everybody())

    def wrong_of(self, key: str, row: Any) -> dict[str, str]:
        """Field → what is wrong with one person."""
        known = AddPerson(row.username.data, row.name.data, self.chosen.first_people[key].roles, row.nip.data)
        wrong = known.wrong_words()
        if row.password.data or (key == self.keeper and key not in self.draft.hashes):
            try:
                check_password(row.password.data or "", known.login, known=(known.name, known.nip))
            except Problem as problem:
                wrong |= problem.fields
        return wrong

    def find_field(self, name: str) -> Field | None:
        if name == "people":
            return self.rows[self.keeper][1]["name"]
        return super().find_field(name)

    def everybody(self) -> list[NewPerson]:
        """Those who were typed, without their passwords; only the keeper typed his own."""
        known = self.chosen.first_people
        return [
            NewPerson(
                row.username.data,
                row.name.data,
                known[key].roles,
                "",
                row.nip.data,
                key=key,
                must_change=key != self.keeper,
            )
            for key, (_, row) in self.rows.items()
            if row.filled
        ]


class VillagesStep(Step):
    name = "desa"
    title = "Desa"

    def make_rows(self) -> dict[str, tuple[str, Form]]:
        self.known = {
            village.code: village.name for village in service.own_villages(self.source.get("office_code", ""))
        }
        usual = {f"desa-{code}-name": name for code, name in self.known.items()}
        for name, value in usual.items():
            if not self.source.get(name, "").strip():
                self.source[name] = value
        return {
            code: (self.source[f"desa-{code}-name"], VillageRow(formdata=self.source, prefix=f"desa-{code}-"))
            for code in self.known
        }

    def places(self) -> list[VillageData]:
        return [
            VillageData(code, row.name.data, row.head_name.data)  # type: ignore[attr-defined]  # a VillageRow
            for code, (_, row) in self.rows.items()
        ]

    @property
    def first_head(self) -> Field | None:
        """Where somebody begins to type: the names of the villages stand there already."""
        return next((row["head_name"] for _, row in self.rows.values()), None)

    @property
    def clerk_count(self) -> int:
        return sum(bool(row["clerk_name"].data) for _, row in self.rows.values())

    def clerks(self, taken: set[str]) -> list[NewPerson]:
        """Clerks of villages; their user names follow from their names."""
        roles = tuple(self.chosen.one_area)
        found = []
        for code, (_, row) in self.rows.items():
            name = row["clerk_name"].data
            if name:
                login = suggest_username(name, taken)
                taken.add(login)
                found.append(NewPerson(login, name, roles, "", area=code, key=code))
        return found

    def check(self) -> None:
        wrong = {
            f"{clerk.key}/name": "; ".join(words.values())
            for clerk in self.clerks(set())
            if (words := AddPerson(clerk.username, clerk.name, clerk.roles).wrong_words())
        }
        check_nothing_wrong(wrong)


class NumbersStep(Step):
    name = "nomor"
    title = "Nomor"
    start_case = IntegerField("Nomor berkas berikutnya", FIRST_NUMBER)
    start_dispatch = IntegerField("Nomor pengiriman berikutnya", FIRST_NUMBER)
    start_letter = IntegerField("Nomor surat berikutnya", FIRST_NUMBER)
    start_minutes = IntegerField("Nomor berita acara berikutnya", FIRST_NUMBER)
    pattern_case = TextLine("Pola nomor berkas", [AtMost(60)])
    pattern_dispatch = TextLine("Pola nomor pengiriman", [AtMost(60)])
    pattern_letter = TextLine("Pola nomor surat", [AtMost(60)])
    pattern_minutes = TextLine("Pola nomor berita acara", [AtMost(60)])
    effective_on = OfficeDate("Standar berlaku sejak", [Optional()])

    def usual(self) -> Mapping[str, str]:
        patterns = {f"pattern_{name}": pattern for name, pattern in usual_series(self.chosen).items()}
        return patterns | {"effective_on": numeric_date(current_date())}

    def check(self) -> None:
        wrong = {}
        for name in usual_series(self.chosen):
            try:
                check_pattern(self.patterns()[name] or usual_series(self.chosen)[name], name)
            except Problem as problem:
                wrong[f"pattern/{name}"] = problem.fields["pattern"]
        check_nothing_wrong(wrong)

    def preview(self, name: str) -> NumberPreview:
        """The first number of a series as it will read, or why it cannot be."""
        start = self[f"start_{name}"]
        if start.raw_data and start.raw_data[0] and not start.data:
            return NumberPreview("", "Isi nomor berikutnya dengan angka.")
        pattern = self.patterns()[name] or usual_series(self.chosen)[name]
        try:
            check_pattern(pattern, name)
        except Problem as problem:
            return NumberPreview("", problem.fields["pattern"])
        return NumberPreview(fill_pattern(pattern, start.data or 1, self.effective_on.data or current_date(), 1))

    def starts(self) -> dict[str, int]:
        return {name: self[f"start_{name}"].data or 1 for name in usual_series(self.chosen)}

    def patterns(self) -> dict[str, str]:
        return {name: self[f"pattern_{name}"].data for name in usual_series(self.chosen)}


class OwnPinForm(Form):
    """The PIN of whoever set the office up, made before the sheet is closed; it may be made later."""

    pin = PasswordField("PIN persetujuan Anda", [AtMost(6)])


class PartnerStep(Step):
    name = "pusat"
    title = "Sambungan"
    code = TextLine("Kode pendaftaran", [AtMost(200)])

    def usual(self) -> Mapping[str, str]:
        return {"office_centre_name": settings.DEFAULTS["office.centre_name"], "code": self.passwords.code}


ask_identity(PartnerStep, "office_centre_name", "office_centre_place")
STEPS: tuple[type[Step], ...] = (OfficeStep, PeopleStep, VillagesStep, NumbersStep, PartnerStep)


def steps_of(profile: Profile) -> list[type[Step]]:
    """The steps that a kind of office has; only one with villages is asked for them."""
    return [step for step in STEPS if profile.villages or step is not VillagesStep]
