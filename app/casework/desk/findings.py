"""What is said about a form beside the errors of its fields: findings that refuse, ask or explain, and cards."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import cast

import msgspec

from app.casework.desk.events import CaseExplained
from app.casework.desk.form import Form, read_form, shown_fields
from app.casework.desk.tables import CaseExplanation, CaseFile
from app.core.clock import office_date
from app.core.dates import numeric_date, plain_date
from app.core.identity import LENGTH, Nik, Sex, nik_disagreements
from app.core.permissions import Actor
from app.core.problems import Problem, ValueProblem
from app.core.procedure import engine
from app.platform.office import queries as office
from app.platform.office import settings
from schema.database import Database
from schema.seed_data import seed_kecamatan
from schema.service_fields import DAYS
from schema.service_procedure import Definition, Field, Requirement
from sync.journal import Journal


class Suggestion(msgspec.Struct, frozen=True):
    """A value for a field, and how it is said; `also` are (field, value) pairs that one press fills with it.

    `noted` is the action of the access log with which it is taken over, where that is noted.
    """

    value: str
    shown: str
    also: tuple[tuple[str, str], ...] = ()
    noted: str = ""


class Reader(msgspec.Struct, frozen=True):
    """Who reads findings, when and from where: some are for certain posts only, and looking is noted."""

    actor: Actor
    now: datetime
    address: str = ""


class Notice(msgspec.Struct, frozen=True):
    """Something a person must see before the form is sent. `refuse` cannot be passed; `ask` needs a decision,
    `explain` a reason in the person's own words.

    `id` is stable for the same finding, so that a decision on it holds until the finding changes. `detail` tells what
    another file holds; a village clerk reads it only of a file `inside` the own village. What is to be explained has a
    `title`, and asks `why` with a `hint`; `mend` is (endpoint, words, permission) of a page that
    settles it without a reason, which is then the way, and the reason the exception. `offer` is a value for the field
    that one press takes over.
    """

    id: str
    level: str
    sentence: str
    field: str = ""
    case_id: int | None = None
    decision: str = ""
    detail: str = ""
    inside: str = ""
    title: str = ""
    why: str = "Mengapa memang begitu"
    hint: str = ""
    mend: tuple[str, str, str] = ("", "", "")
    offer: Suggestion | None = None


class Review(msgspec.Struct, frozen=True):
    notices: list[Notice] = msgspec.field(default_factory=list)

    @property
    def refused(self) -> Notice | None:
        return next((notice for notice in self.notices if notice.level == "refuse"), None)

    def undecided(self, heeded: set[str], reasons: Mapping[str, str]) -> list[Notice]:
        """Findings that still need a person's decision, or the reason that explains them (finding → reason)."""
        return [
            notice
            for notice in self.notices
            if (notice.level == "ask" and notice.id not in heeded)
            or (notice.level == "explain" and not reasons.get(notice.id, "").strip())
        ]


def value_digest(*values: str) -> str:
    """A short digest of compared values for a notice's id: decided once, asked again when one of them changes.

    It stands in the journal beside the decision, eight letters long: enough to tell two values apart, of no use to
    find a number again in an entry that no longer holds it.
    """
    return hashlib.sha256("\x1f".join(values).encode()).hexdigest()[:8]


class Aside(msgspec.Struct, frozen=True):
    """A card beside the form: what this very applicant should know or bring.

    `picture` is the class of a portrait's background on the pages, or empty for none. `more` unfolds on request.
    """

    id: str
    title: str
    lead: str = ""
    text: str = ""
    picture: str = ""
    more: tuple[str, str] = ("", "")


def key_disagreements(definition: Definition, values: Mapping[str, str]) -> list[Notice]:
    """What birth date and sex say against the NIK, each at its field; empty without a NIK or when they agree."""
    asked: dict[str, Field] = {field.role: field for field in definition.fields}
    key = asked.get("key")
    held = {"key": "", "birth": "", "sex": ""} | {role: values.get(field.id, "") for role, field in asked.items()}
    if key is None or key.type != "nik" or len(held["key"]) != LENGTH:
        return []
    born = None
    if held["birth"]:
        born = date.fromisoformat(held["birth"])
    against = nik_disagreements(Nik(held["key"]), born, cast("Sex | None", held["sex"] or None))
    return [
        Notice(
            f"nik-{role}-{value_digest(held['key'], held[role])}",
            "explain",
            sentence,
            person.id,
            title=f"{key.heading} dan formulir berbeda",
            hint=f"Misalnya: {key.heading} memang tertulis begitu di dokumen asli, tanggal lahir dibetulkan "
            "dengan penetapan pengadilan. Bila isian keliru, minta Kasi memperbaiki datanya.",
        )
        for role, sentence in against.items()
        if (person := asked.get(role))
    ]


NOTICE_LEVELS = {"refuse": "refuse", "warn": "show"}
"""What a broken condition does to the form, by its level in the file."""


def condition_notices(definition: Definition, form: Form) -> list[Notice]:
    """The conditions of the file that this form breaks; none before the kind of application is chosen."""
    field = engine.kind_field(definition)
    if field:
        kind = form.values.get(field, "")
    else:
        kind = definition.kinds[0].id
    if not kind:
        return []
    return [
        Notice(
            f"condition-{number}",
            NOTICE_LEVELS[condition.level],
            f"{condition.sentence} ({condition.rule})",
            field_of_fact(definition, condition.when[0].fact),
        )
        for number, condition in enumerate(engine.broken_conditions(definition, kind, form.facts))
    ]


def field_of_fact(definition: Definition, fact: str) -> str:
    """The field to look at for a fact: the birth date for the age, a date for its distance."""
    computed = {"age": engine.field_with_role(definition, "birth"), "kind": None}.get(fact)
    derived = next((derived_fact.field for derived_fact in definition.derived_facts if derived_fact.id == fact), "")
    if computed:
        return computed.id
    return derived or fact.removesuffix(DAYS)


def open_case_notices(db: Database, definition: Definition, form: Form) -> list[Notice]:
    """An open case of the same key stops a new one, where the file says so (`one_open_per`)."""
    key = next((field for field in definition.fields if field.id == definition.one_open_per), None)
    value = ""
    if key:
        value = form.values.get(key.id, "")
    if value:
        known = CaseFile.rows(db, main_key=value, service=definition.id, closed=0, order="id DESC")
    else:
        known = []
    asked = [form.values.get(name, "") for name in definition.one_open_with]
    same = (
        case for case in known if [json.loads(case.fields).get(name, "") for name in definition.one_open_with] == asked
    )
    found = next(same, None)
    if key is None or found is None:
        return []
    why = f"{key.heading} ini masih punya berkas yang berjalan: {found.number}. Buka berkas itu, jangan membuat baru."
    return [Notice(f"open-{found.id}", "refuse", why, key.id, found.id)]


class ServiceRules:
    """What a room adds for its service to what the file says; by itself nothing."""

    def for_reader(self, actor: Actor, now: datetime, address: str) -> "ServiceRules":
        """The same for somebody who reads: findings that only certain posts are told come with them."""
        return self

    def review(
        self, db: Database, definition: Definition, form: Form, today: date, own_case: int | None = None
    ) -> list[Notice]:
        """Further findings on a form; `own_case` is the case being corrected, which never collides with itself."""
        return []

    def explain(self, db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
        """Further findings on a case as it stands that want a reason, explained or not."""
        return []

    def asides(self, db: Database, definition: Definition, form: Form, today: date) -> list[Aside]:
        """Cards beside the form, for the fields that are filled so far."""
        return []

    def words_to_wait(self, db: Database, case: CaseFile, today: date) -> str:
        """What to tell the applicant where the step of a case cannot be done in this office now; else empty."""
        return ""


NO_RULES = ServiceRules()

LEVELS = ("refuse", "explain", "ask", "show")
"""Order in which a clerk should read findings."""


def find_notices(
    db: Database, definition: Definition, rules: ServiceRules, form: Form, today: date, own_case: int | None = None
) -> Review:
    """Everything to say of a form: the conditions of the file, what contradicts itself, and the room's own findings."""
    notices = condition_notices(definition, form) + key_disagreements(definition, form.values)
    if own_case is None:
        notices += open_case_notices(db, definition, form)
    notices += rules.review(db, definition, form, today, own_case)
    return Review(sorted(notices, key=lambda notice: LEVELS.index(notice.level)))


def findings_to_explain(db: Database, definition: Definition, rules: ServiceRules, case: CaseFile) -> list[Notice]:
    """Findings on a case as it stands that want a reason: contradictions, and what its room adds."""
    return key_disagreements(definition, msgspec.json.decode(case.fields)) + rules.explain(db, definition, case)


LONGEST_REASON = 300
"""Letters of a reason: it is read at check, dispatch and print."""


def case_explanations(db: Database, case_id: int) -> dict[str, CaseExplanation]:
    return {row.finding: row for row in CaseExplanation.rows(db, case_id=case_id)}


def unexplained_findings(db: Database, case_id: int, notices: Iterable[Notice]) -> dict[str, str]:
    """Finding → sentence, of findings for which nobody has given a reason."""
    asked = [notice for notice in notices if notice.level == "explain"]
    if asked:
        known = case_explanations(db, case_id)
    else:
        known = {}
    return {question.id: question.sentence for question in asked if question.id not in known}


def record_explanations(
    journal: Journal,
    username: str,
    *,
    case_id: int,
    notices: Iterable[Notice],
    reasons: Mapping[str, str],
    now: datetime,
) -> None:
    """Write down the reasons given for findings of a case, inside the open transaction; none writes nothing.

    What was said before and not changed is not written again. Raises Problem `invalid` for a reason too long.
    """
    typed = {notice.id: " ".join(reasons.get(notice.id, "").split()) for notice in notices if notice.level == "explain"}
    if not typed:
        return
    known = case_explanations(journal.db, case_id)
    if wrong := [key for key, text in typed.items() if len(text) > LONGEST_REASON]:
        raise Problem.of("invalid", dict.fromkeys(wrong, f"Alasan paling panjang {LONGEST_REASON} huruf."))
    said = [(key, text) for key, text in typed.items() if text and (key not in known or known[key].reason != text)]
    if said:
        journal.record(
            CaseExplained(case_id, said, office_date(now).isoformat()),
            subject=f"case/{case_id}",
            actor=username,
            at=now,
        )


SEX_WORDS = {"female": "perempuan", "male": "laki-laki"}


class FormReview(msgspec.Struct, frozen=True):
    """What is to be said of a form in work. `inside`: the only village that the reader sees."""

    definition: Definition
    form: Form
    review: Review
    fields: tuple[Field, ...]
    checklist: list[Requirement]
    asides: list[Aside]
    suggestions: dict[str, Suggestion]
    read_back: dict[str, list[tuple[str, str]]]
    completions: dict[str, str]
    inside: str | None = None

    @property
    def key_heading(self) -> str:
        key = engine.field_with_role(self.definition, "key")
        return key.heading if key else ""

    def notices_at(self, field_id: str, shown_only: bool) -> list[Notice]:
        """Findings at a field: those that are only shown, or those that ask for something."""
        found = self.review.notices
        return [notice for notice in found if notice.field == field_id and (notice.level == "show") == shown_only]

    def offering(self, notice_id: str) -> Notice | None:
        """The finding that offers a value of its own."""
        return next((notice for notice in self.review.notices if notice.id == notice_id and notice.offer), None)

    def said(self, notice: Notice) -> str:
        """A finding in full; whoever sees one village only learns nothing of a file of another."""
        tells = notice.detail and self.inside in (None, notice.inside)
        if tells:
            return f"{notice.sentence} {notice.detail}"
        return notice.sentence


def review_form(
    db: Database,
    definition: Definition,
    rules: ServiceRules,
    typed: Mapping[str, str],
    today: date,
    own_case: int | None = None,
    inside: str | None = None,
) -> FormReview:
    """Read what was typed so far; an unfinished form is no error."""
    form = read_form(definition, typed, today, office.village_names(db))
    kind = form.values.get(engine.kind_field(definition), "")
    asked = engine.requirements_for(definition, kind or definition.kinds[0].id, form.facts)
    return FormReview(
        definition,
        form,
        find_notices(db, definition, rules, form, today, own_case),
        shown_fields(db, engine.fields_for(definition, form.facts), form.values),
        asked,
        rules.asides(db, definition, form, today),
        key_suggestions(definition, form, today),
        key_parts(db, definition, form, today),
        known_beginnings(db, definition, form),
        inside,
    )


BIRTH_PLACE = "birth_place"
"""The field that registers and forms of every service call so."""


def known_beginnings(db: Database, definition: Definition, form: Form) -> dict[str, str]:
    """Field → texts, parted by `|`, that its typing most likely begins or is: the own regency as place of birth, the
    region of the NIK or of the office as the first six digits of a family card."""
    own = next((code[:6] for code in office.village_names(db)), "")
    key = engine.field_with_role(definition, "key")
    nik = ""
    if key and key.type == "nik":
        nik = form.values.get(key.id, "")
    regency = str(settings.get_setting(db, "office.regency")).removeprefix("Kabupaten ").removeprefix("Kota ")
    found = {
        field.id: "|".join(dict.fromkeys(filter(None, (nik[:6], own))))
        for field in definition.fields
        if field.type == "kk"
    }
    return found | {BIRTH_PLACE: regency}


def first_values(db: Database, definition: Definition, today: date) -> dict[str, str]:
    """What a form holds before anybody types: the newest form code in force, the office's own postcode."""
    codes = (form for form in definition.form_codes if engine.is_offered(form, today))
    newest = max(codes, key=lambda code: code.valid_from or date.min, default=None)
    own = str(settings.get_setting(db, "office.postcode"))
    known = {}
    if newest:
        known["form_codes"] = newest.id
    if len(own) == 5:
        known["postcode"] = own
    wanted = {field.id: known.get(field.choices_from or field.type, "") for field in definition.fields}
    return {key: value for key, value in wanted.items() if value}


def key_suggestions(definition: Definition, form: Form, today: date) -> dict[str, Suggestion]:
    key = engine.field_with_role(definition, "key")
    if key is None or key.type != "nik" or not form.values.get(key.id):
        return {}
    nik = Nik(form.values[key.id])
    try:
        born = nik.suggest_birth_on(today)
    except ValueProblem:
        return {}
    shown = numeric_date(born)
    sex = next(
        (
            asked_field.id
            for asked_field in definition.fields
            if asked_field.role == "sex" and asked_field.id not in form.values
        ),
        "",
    )
    both = (f"{shown}, {SEX_WORDS[nik.sex]}", ((sex, nik.sex),)) if sex else (shown, ())
    found = {
        "birth": (born.isoformat(), Suggestion(shown, *both)),
        "sex": (nik.sex, Suggestion(nik.sex, SEX_WORDS[nik.sex])),
    }
    return {
        field.id: suggestion
        for field in definition.fields
        for stored, suggestion in [found.get(field.role, ("", None))]
        if suggestion and form.values.get(field.id) != stored
    }


def key_parts(db: Database, definition: Definition, form: Form, today: date) -> dict[str, list[tuple[str, str]]]:
    """A NIK read back in its three parts, as it stands in boxes on the paper form."""
    own = next((code[:6] for code in office.village_names(db)), "")
    typed = {
        asked_field.id: form.values.get(asked_field.id)
        for asked_field in definition.fields
        if asked_field.type == "nik"
    }
    return {field: nik_parts(Nik(text), own, today) for field, text in typed.items() if text}


def nik_parts(nik: Nik, own: str, today: date) -> list[tuple[str, str]]:
    region = nik.region6
    names = {kecamatan.code: kecamatan.name for kecamatan in seed_kecamatan()}
    if region == own:
        where = "wilayah kita"
    else:
        where = names.get(region, "bukan wilayah kita")
    day, month, year2 = nik.birth_day_month_year2
    try:
        born = plain_date(nik.suggest_birth_on(today))
    except ValueProblem:
        born = f"{day:02d}-{month:02d}-{year2:02d}"
    sex = "laki-laki"
    if nik.sex == "female":
        sex = f"perempuan ({day:02d} + 40)"
    return [(f"{region[:2]}.{region[2:4]}.{region[4:]}", where), (born, sex), (nik.serial, "nomor urut")]


def is_depended_on(definition: Definition, field_id: str) -> bool:
    """Whether other fields or the checklist may change with this field: kind, birth date, or one they name."""
    own = next((asked_field for asked_field in definition.fields if asked_field.id == field_id), None)
    if own is None:
        return False
    named = {each.fact for field in definition.fields for each in field.when}
    named |= {each.fact for need in definition.requirements for each in need.when}
    return own.role == "birth" or own.choices_from == "kinds" or own.id in named
