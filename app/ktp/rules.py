"""KTP rules of the form: age, numbers, the same person again, similar persons, differences from earlier papers."""

from __future__ import annotations

import json
from datetime import date

import msgspec
from msgspec.structs import astuple

from app.cases.disagreements import disagreements
from app.cases.fields import Form
from app.cases.notices import Aside, Notice, Review, trace
from app.cases.queries import CaseRow, same_key
from app.cases.tables import CaseFile
from app.core.dates import long_date, numeric_date
from app.core.identity import Nik, NoKK
from app.core.identity_warnings import kk_warnings, nik_warnings
from app.core.similarity import Person, blocking_keys, resemblance
from app.core.text import fold
from app.ktp import asides
from app.ktp.doubtful import doubtful
from app.ktp.moves import AWAY, SERVICE
from app.office import settings
from app.sop import engine
from schema.database import Database
from schema.decoding import convert, decoder
from schema.regions import known_regions, regency
from schema.service_flow import Definition
from schema.service_form import DAYS

COMPARED = {"full_name": "Nama", "kk": "Nomor KK", "birth_on": "Tanggal lahir"}


class KtpRules:
    """Rules of service `ktp-el` on opening and correcting a case."""

    def review(self, db: Database, definition: Definition, form: Form, today: date,
               own_case: int | None = None) -> Review:  # fmt: skip
        """Findings in the order in which a clerk should read them; refusals first."""
        notices = condition_notices(definition, form) + disagreements(definition, form.values)
        nik = form.values.get("nik")
        if nik:
            earlier = [row for row in same_key(db, nik) if row.id != own_case]
            notices += open_notices(definition, earlier, own_case) + difference_notices(db, form, earlier)
            notices += number_notices(db, form) + recording_notices(db, nik) + home_notices(db, form)
            notices += similar_notices(db, form, nik, own_case)
        return Review(sorted(notices, key=lambda one: ("refuse", "explain", "ask", "show").index(one.level)))

    def explain(self, db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
        """NIK against the form, and a record that is not ready to be printed."""
        return doubtful(db, definition, case)

    def supplied(self, form: Form) -> dict[str, str]:
        """The photo's background, for the checklist."""
        word = asides.background_word(form)
        return {"photo_background": word} if word else {}

    def asides(self, db: Database, definition: Definition, form: Form, today: date) -> list[Aside]:
        """Photo and recording."""
        return asides.photo(form) + asides.recording(db, form)


def condition_notices(definition: Definition, form: Form) -> list[Notice]:
    """What the kind's own conditions say (age 17 or marriage, recording ahead from 16)."""
    kind = form.values.get("kind", "")
    if not kind:
        return []
    return [Notice(f"condition-{number}", "refuse" if one.level == "refuse" else "show",
                   f"{one.sentence} ({one.rule})", asked_field(one.when[0].fact))
            for number, one in enumerate(engine.findings(definition, kind, form.facts))]  # fmt: skip


def asked_field(fact: str) -> str:
    """The field to look at for a fact: the birth date for the age, a date for its distance."""
    return "birth_on" if fact == "age" else fact.removesuffix(DAYS)


def open_notices(definition: Definition, earlier: list[CaseRow], own_case: int | None) -> list[Notice]:
    """An open application of the same person stops a new one."""
    if own_case is not None:
        return []
    return [Notice(f"open-{row.id}", "refuse", f"Orang ini masih punya berkas yang berjalan: {row.number}. "
                   "Buka berkas itu, jangan membuat baru.", "nik", row.id)
            for row in earlier if not row.closed and row.service == SERVICE][:1]  # fmt: skip


def difference_notices(db: Database, form: Form, earlier: list[CaseRow]) -> list[Notice]:
    """Name, KK and birth date that differ from the newest earlier case; each is shown before the form is sent."""
    if not earlier:
        return []
    row = db.one("SELECT fields FROM case_file WHERE id = ?", (earlier[0].id,))
    before: dict[str, str] = json.loads(row[0]) if row else {}
    changed_data = form.values.get("kind") in ("perubahan_data", "pindah_datang")
    notices = []
    for key, label in COMPARED.items():
        old, new = before.get(key, ""), form.values.get(key, "")
        if old and new and old != new:
            sentence = f"{label} berbeda dari berkas {earlier[0].number}. Cocokkan dengan KK asli."
            level = "show" if changed_data else "ask"
            name = f"differs-{key}-{earlier[0].id}-{trace(old, new)}"
            notices.append(Notice(name, level, sentence, key, earlier[0].id, "Sudah dicocokkan dengan KK",
                                  f"Di sana tertulis {shown(key, old)}.", earlier[0].area))  # fmt: skip
    return notices


def shown(key: str, value: str) -> str:
    """A value of an earlier form beside the one just typed."""
    if key == "birth_on":
        return numeric_date(date.fromisoformat(value))
    return NoKK(value).masked if key == "kk" else value


def number_notices(db: Database, form: Form) -> list[Notice]:
    """What is unusual about NIK and KK; warnings only, because numbers outlive corrections and moves."""
    nik = Nik(form.values["nik"])
    region = settings.get(db, "office.code") or "350807"
    if form.values.get("kind") == AWAY:  # whose home is elsewhere has numbers from elsewhere: nothing unusual
        region = nik.region6
    sentences = [
        ("nik", one) for one in nik_warnings(nik, office_region=region, known_regions=known_regions())
    ]
    if form.values.get("kk"):
        sentences += [
            ("kk", one) for one in kk_warnings(NoKK(form.values["kk"]), nik, region, known_regions())
        ]
    return [
        Notice(f"number-{where}-{number}", "show", one, where)
        for number, (where, one) in enumerate(sentences)
    ]


def home_notices(db: Database, form: Form) -> list[Notice]:
    """Somebody from this very regency is not away from home (Perpres 96/2018 art. 22): looked up in the KK."""
    home = form.values.get("home_regency", "")
    if not home or regency_name(home) != regency_name(settings.get(db, "office.regency") or regency().name):
        return []
    return [Notice(f"home-{trace(home)}", "ask", "Kabupaten asalnya kabupaten ini juga. Luar domisili hanya untuk "
                   "penduduk kabupaten atau kota lain; untuk penduduk sini pilih jenis yang lain.", "home_regency",
                   decision="Sudah dicocokkan dengan KK")]  # fmt: skip


def regency_name(text: str) -> str:
    """`LUMAJANG` of `Kab. Lumajang` or `Pemerintah Kabupaten Lumajang`; a city keeps its word, it is another one."""
    words = [
        word
        for word in fold(text).replace(".", " ").split()
        if word not in ("PEMERINTAH", "KABUPATEN", "KAB")
    ]
    return " ".join(words)


def recording_notices(db: Database, nik: str) -> list[Notice]:
    """Recorded before: no second recording without a ground (SP 4.5)."""
    last = db.one("SELECT id, place, on_date FROM recording WHERE nik = ? ORDER BY id DESC LIMIT 1", (nik,))
    if last is None:
        return []
    number, place, on = last
    when = long_date(date.fromisoformat(on))
    return [Notice(f"recorded-{number}", "show",
                   f"NIK ini sudah direkam di {place}, {when}. Perekaman hanya satu kali (SP 4.5).",
                   "nik")]  # fmt: skip


class Compared(msgspec.Struct, frozen=True):
    """What similarity compares, read straight out of a form's stored fields."""

    full_name: str = ""
    birth_on: str = ""
    mother_name: str = ""
    kk: str = ""


compared = decoder(Compared).decode


def similar_notices(db: Database, form: Form, nik: str, own_case: int | None) -> list[Notice]:
    """Other persons that look like the same one: scored, shown, decided by a person."""
    name, birth = form.values.get("full_name", ""), form.values.get("birth_on", "")
    if not (name and birth):
        return []
    keys = sorted(blocking_keys(name, date.fromisoformat(birth)))
    rows = candidates(db, keys, nik, own_case)
    mine = convert(form.values, Compared)
    alike = [(found, number, case_id, one) for case_id, number, one in rows
             if (found := resemblance(person(mine), person(one)))]  # fmt: skip
    alike.sort(key=lambda one: -one[0].score)
    # A decision holds for these values only: who then types another name or birth date is asked again.
    return [Notice(f"similar-{case_id}-{trace(*astuple(mine), *astuple(one))}", "ask",
                   f"Mirip dengan pemohon berkas {number}: {', '.join(found.reasons)}. "
                   "Mungkin orang yang sama dengan NIK lain, mungkin saudara kembar.", "full_name", case_id,
                   "Orang yang berbeda")
            for found, number, case_id, one in alike[:3]]  # fmt: skip


def candidates(
    db: Database, keys: list[str], nik: str, own_case: int | None
) -> list[tuple[int, str, Compared]]:
    """Cases of other NIKs that share a likeness key; at most 60, the newest first."""
    marks = ", ".join("?" * len(keys))
    rows = db.run(f"SELECT c.id, c.number, c.fields FROM case_file c WHERE c.id IN (SELECT case_id FROM case_likeness"
                  f" WHERE block IN ({marks})) AND c.main_key <> ? AND c.id <> ? ORDER BY c.id DESC LIMIT 60",
                  [*keys, nik, own_case or 0])  # fmt: skip
    return [(case_id, number, compared(fields)) for case_id, number, fields in rows]


def person(one: Compared) -> Person:
    """The same as similarity takes it."""
    return Person(
        one.full_name, date.fromisoformat(one.birth_on) if one.birth_on else None, one.mother_name, one.kk
    )


RULES = {SERVICE: KtpRules()}
