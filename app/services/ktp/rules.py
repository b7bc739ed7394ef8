"""What only KTP-el adds to a form: numbers of persons, similar persons, differences from earlier papers, recording."""

from collections.abc import Mapping
from datetime import date, datetime

import msgspec
from msgspec.structs import astuple

from app.casework.batches.partners import PartnerRules
from app.casework.desk.findings import (
    Aside,
    Notice,
    Reader,
    ServiceRules,
    findings_to_explain,
    unexplained_findings,
    value_digest,
)
from app.casework.desk.form import Form
from app.casework.desk.moving import form_values
from app.casework.desk.tables import CaseFile
from app.casework.residents import reference
from app.casework.residents.compare import Compared, compare_form, compare_values, comparison_card
from app.casework.residents.compare import difference_notices as reference_notices
from app.core.central_status import STATUSES, status_words
from app.core.clock import office_date
from app.core.dates import long_date, numeric_date, photo_background
from app.core.identity import Nik, NoKK, kk_warnings, nik_warnings
from app.core.messages import PRINT_READY
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.similarity import Person, blocking_keys, find_resemblance
from app.core.text import fold_text
from app.platform.office import settings
from app.services.ktp.queries import words_to_wait, words_while_broken
from app.services.ktp.tables import AWAY, SERVICE, Recording
from schema.database import Database, cached_until_next_entry
from schema.seed_data import known_region_codes, seed_regency
from schema.service_procedure import Definition, Exit, Outcome
from schema.structs import json_decoder
from sync.entries import to_utc_text

CHANGES_DATA = frozenset({"perubahan_data", "pindah_datang"})
"""Kinds of applications of people whose data are others than before."""
UNUSABLE = frozenset({"unregistered", "efac", "efar", "search_failure", "duplicate"})
"""With these no card can be printed: the person is recorded again, or asks for a deletion first."""
COMPARED = {"full_name": "Nama", "kk": "Nomor KK", "birth_on": "Tanggal lahir"}


class KtpRules(ServiceRules):
    """`reader`: who reads, where somebody does; only then a form is compared with the reference of residents."""

    def __init__(self, reader: Reader | None = None) -> None:
        self.reader = reader

    def for_reader(self, actor: Actor, now: datetime, address: str) -> "KtpRules":
        return KtpRules(Reader(actor, now, address))

    def review(
        self, db: Database, definition: Definition, form: Form, today: date, own_case: int | None = None
    ) -> list[Notice]:
        nik = form.values.get("nik")
        if not nik:
            return []
        newest = CaseFile.rows(db, main_key=nik, service=SERVICE, order="id DESC", limit=2)
        region = own_region(db)
        earlier = next((case for case in newest if case.id != own_case), None)
        differences = difference_notices(form, earlier) if earlier else []
        return [
            *differences,
            *number_notices(form, region),
            *recording_notices(db, nik),
            *home_notices(db, form),
            *similar_notices(db, form, nik, own_case),
            *residents_notices(db, definition, form.values, self.compared(db, definition, form.values), today),
        ]

    def compared(self, db: Database, definition: Definition, values: Mapping[str, str]) -> Compared | None:
        """What the reference of residents says to whoever reads; None where this office keeps none, as most do."""
        if self.reader is None or not reference.is_kept(db):
            return None
        return compare_form(db, definition, values, self.reader)

    def explain(self, db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
        """Beside an opened case; the reference of residents is asked only while its papers are checked."""
        values = form_values(case)
        compared = None
        if case.step == CHECKED_AT:
            compared = self.compared(db, definition, values)
        if self.reader:
            today = office_date(self.reader.now)
        else:
            today = date.min
        return unready_record(db, case) + to_explain(residents_notices(db, definition, values, compared, today))

    def asides(self, db: Database, definition: Definition, form: Form, today: date) -> list[Aside]:
        compared = self.compared(db, definition, form.values)
        if compared:
            beside = [comparison_card(db, compared, today)]
        else:
            beside = []
        return photo_card(form) + beside + recording_card(db, form, today)

    def words_to_wait(self, db: Database, case: CaseFile, today: date) -> str:
        return words_to_wait(db, case, today)


CHECKED_AT = "validate"
"""The step at which a file is compared with the reference; what leaves the office is not."""


def residents_notices(
    db: Database, definition: Definition, values: Mapping[str, str], compared: Compared | None, today: date
) -> list[Notice]:
    """What differs from the reference of residents; an application that changes the data is expected to differ."""
    if compared is None:
        return []
    return reference_notices(db, definition, compared, today, expected=values.get("kind") in CHANGES_DATA)


def to_explain(notices: list[Notice]) -> list[Notice]:
    return [notice for notice in notices if notice.level == "explain"]


def check_against_residents(
    db: Database,
    case: CaseFile,
    definition: Definition,
    outcome: Outcome | Exit,
    actor: Actor | None,
    today: date,
) -> None:
    """A file is not found complete while it differs from the reference of residents and nobody has said why."""
    asked = isinstance(outcome, Outcome) and outcome.needs_complete and case.step == CHECKED_AT
    if actor is None or not asked:
        return
    values = form_values(case)
    compared = compare_values(db, definition, values, actor)
    notices = residents_notices(db, definition, values, compared, today)
    if unexplained := unexplained_findings(db, case.id, notices):
        raise Problem.of("invalid", {key: f"{text} Tulis alasannya." for key, text in unexplained.items()})


def difference_notices(form: Form, earlier: CaseFile) -> list[Notice]:
    """Name, KK and birth date that differ from the newest earlier case; each is shown before the form is sent."""
    before = form_values(earlier)
    changed_data = form.values.get("kind") in CHANGES_DATA
    notices = []
    for key, label in COMPARED.items():
        old = before.get(key, "")
        new = form.values.get(key, "")
        if old and new and old != new:
            sentence = f"{label} berbeda dari berkas {earlier.number}. Cocokkan dengan KK asli."
            level = "show" if changed_data else "ask"
            name = f"differs-{key}-{earlier.id}-{value_digest(old, new)}"
            notices.append(
                Notice(
                    name,
                    level,
                    sentence,
                    key,
                    earlier.id,
                    "Sudah dicocokkan dengan KK",
                    f"Di sana tertulis {value_words(key, old)}.",
                    earlier.area,
                )
            )
    return notices


def value_words(key: str, value: str) -> str:
    if key == "birth_on":
        return numeric_date(date.fromisoformat(value))
    if key == "kk":
        return NoKK(value).masked
    return value


@cached_until_next_entry
def own_region(db: Database) -> str:
    """Six digits of this kecamatan."""
    return str(settings.get_setting(db, "office.code") or "350807")


def number_notices(form: Form, region: str) -> list[Notice]:
    """What is unusual about NIK and KK; warnings only, because numbers outlive corrections and moves."""
    nik = Nik(form.values["nik"])
    if form.values.get("kind") == AWAY:  # whose home is elsewhere has numbers from elsewhere: nothing unusual
        region = nik.region6
    kk = form.values.get("kk", "")
    regions = known_region_codes()
    of_nik = nik_warnings(nik, office_region=region, known_regions=regions)
    if kk:
        of_kk = kk_warnings(NoKK(kk), nik, region, regions)
    else:
        of_kk = []
    sentences = [("nik", warning) for warning in of_nik] + [("kk", warning) for warning in of_kk]
    return [
        Notice(f"number-{where}-{number}", "show", sentence, where)
        for number, (where, sentence) in enumerate(sentences)
    ]


def home_notices(db: Database, form: Form) -> list[Notice]:
    """Somebody from this very regency is not away from home (Perpres 96/2018 art. 22): looked up in the KK."""
    home = form.values.get("home_regency", "")
    if not home or regency_name(home) != regency_name(
        settings.get_setting(db, "office.regency") or seed_regency().name
    ):
        return []
    return [
        Notice(
            f"home-{value_digest(home)}",
            "ask",
            "Kabupaten asalnya kabupaten ini juga. Luar domisili hanya untuk "
            "penduduk kabupaten atau kota lain; untuk penduduk sini pilih jenis yang lain.",
            "home_regency",
            decision="Sudah dicocokkan dengan KK",
        )
    ]


def regency_name(text: str) -> str:
    """`LUMAJANG` of `Kab. Lumajang` or `Pemerintah Kabupaten Lumajang`; a city keeps its word, it is another one."""
    words = [
        word for word in fold_text(text).replace(".", " ").split() if word not in ("PEMERINTAH", "KABUPATEN", "KAB")
    ]
    return " ".join(words)


def latest_recording(db: Database, nik: str) -> Recording | None:
    return Recording.first(db, nik=nik, order="id DESC")


def place_and_day(last: Recording) -> str:
    when = long_date(date.fromisoformat(last.on_date))
    if last.place:
        return f"{last.place}, {when}"
    return when


def recording_notices(db: Database, nik: str) -> list[Notice]:
    """Recorded before: no second recording without a ground (SP 4.5)."""
    last = latest_recording(db, nik)
    if last is None:
        return []
    sentence = f"NIK ini sudah direkam di {place_and_day(last)}. Perekaman hanya satu kali (SP 4.5)."
    return [Notice(f"recorded-{last.id}", "show", sentence, "nik")]


class ComparedFields(msgspec.Struct, frozen=True):
    full_name: str = ""
    birth_on: str = ""
    mother_name: str = ""
    kk: str = ""


to_compared = json_decoder(ComparedFields).decode


def similar_notices(db: Database, form: Form, nik: str, own_case: int | None) -> list[Notice]:
    """Other persons that look like the same one: scored, shown, decided by a person."""
    name = form.values.get("full_name", "")
    birth = form.values.get("birth_on", "")
    if not (name and birth):
        return []
    keys = sorted(blocking_keys(name, date.fromisoformat(birth)))
    rows = likely_cases(db, keys, nik, own_case)
    mine = ComparedFields(*(form.values.get(name, "") for name in ComparedFields.__struct_fields__))
    alike = [
        (found, number, case_id, row)
        for case_id, number, row in rows
        if (found := find_resemblance(to_person(mine), to_person(row)))
    ]
    alike.sort(key=lambda likeness: -likeness[0].score)
    # A decision holds for these values only: who then types another name or birth date is asked again.
    return [
        Notice(
            f"similar-{case_id}-{value_digest(*astuple(mine), *astuple(row))}",
            "ask",
            f"Mirip dengan pemohon berkas {number}: {', '.join(found.reasons)}. "
            "Mungkin orang yang sama dengan NIK lain, mungkin saudara kembar.",
            "full_name",
            case_id,
            "Orang yang berbeda",
        )
        for found, number, case_id, row in alike[:3]
    ]


def likely_cases(
    db: Database, keys: list[str], nik: str, own_case: int | None
) -> list[tuple[int, str, ComparedFields]]:
    """Cases of other NIKs that share a likeness key; at most 60, the newest first."""
    marks = ", ".join("?" * len(keys))
    rows = db.run(
        f"SELECT c.id, c.number, c.fields FROM case_file c WHERE c.id IN (SELECT case_id FROM case_likeness"
        f" WHERE block IN ({marks})) AND c.main_key <> ? AND c.id <> ? ORDER BY c.id DESC LIMIT 60",
        [*keys, nik, own_case or 0],
    )
    return [(case_id, number, to_compared(fields)) for case_id, number, fields in rows]


def to_person(compared: ComparedFields) -> Person:
    born_on = None
    if compared.birth_on:
        born_on = date.fromisoformat(compared.birth_on)
    return Person(compared.full_name, born_on, compared.mother_name, compared.kk)


KTP_RULES = KtpRules()

COLOURS = {"red": "merah", "blue": "biru"}
NEVER = "NIK ini belum pernah dicatat direkam di sini. Setelah berkas lengkap, pemohon langsung ke meja perekaman."


def photo_card(form: Form) -> list[Aside]:
    birth = form.values.get("birth_on", "")
    if not birth:
        return []
    born = date.fromisoformat(birth)
    colour = photo_background(born)
    if born.year % 2:
        own = "ganjil"
        other = "genap"
        otherwise = "biru"
    else:
        own = "genap"
        other = "ganjil"
        otherwise = "merah"
    return [
        Aside(
            "photo",
            "Latar pas foto",
            COLOURS[colour].capitalize(),
            f"Lahir {born.year}, tahun {own}. Ukuran 3 × 4 cm, satu lembar.",
            f"photo-{colour}",
            (f"Jika tahunnya {other}?", f"Latarnya {otherwise} (SP 2.2)."),
        )
    ]


def recording_card(db: Database, form: Form, today: date) -> list[Aside]:
    """The card of the recording: done once in a lifetime (SP 4.5)."""
    nik = form.values.get("nik", "")
    if not nik:
        return []
    last = latest_recording(db, nik)
    if last is None or last.status == "unregistered":
        return [Aside("recording", "Perekaman", "", words_while_broken(db, today) or NEVER)]
    return [Aside("recording", "Perekaman", "", f"Sudah direkam di {place_and_day(last)}. {STATUSES[last.status][1]}")]


def unready_record(db: Database, case: CaseFile) -> list[Notice]:
    """A record of which the central system does not yet say that a card may be printed."""
    recorded = None
    if case.step == "dispatch":
        recorded = latest_recording(db, case.main_key)
    if recorded is None or recorded.status in PRINT_READY | UNUSABLE:
        return []
    sentence = f"Perekaman belum siap cetak: {status_words(recorded.status)}."
    return [
        Notice(
            f"record-{recorded.id}",
            "explain",
            sentence,
            title="Perekaman belum siap cetak",
            why="Mengapa tetap dikirim",
            hint="Misalnya: Dispenduk Capil meminta dikirim sekarang, dengan nomor suratnya.",
            mend=("recording.show_recording", "Perbarui status", "recording.do"),
        )
    ]


class KtpPartnerRules(PartnerRules):
    """A card is printed of whoever was recorded, and only while the record is of use."""

    def reason_against(self, db: Database, case: CaseFile) -> str:
        recorded = latest_recording(db, case.main_key)
        if recorded is None:
            return f"Berkas {case.number} belum mencatat perekaman. Catat dulu sebelum dikirim."
        if recorded.status not in UNUSABLE:
            return ""
        code, sentence = STATUSES[recorded.status]
        return f"Status perekaman berkas {case.number}: {code}. {sentence}"

    def repair_link(self, db: Database, case: CaseFile) -> tuple[str, str]:
        if self.reason_against(db, case):
            return ("recording.show_recording", "Catat perekaman")
        return ("", "")

    def notices(self, db: Database, definition: Definition, case: CaseFile) -> list[Notice]:
        return findings_to_explain(db, definition, KTP_RULES, case)

    def recording(self, db: Database, key: str, at: datetime | None = None) -> tuple[str, str, str]:
        until = to_utc_text(at) if at else "9"
        found = Recording.first(db, Recording.nik == key, Recording.at <= until, order="id DESC")
        if found:
            return (found.status, status_words(found.status), found.on_date)
        return ("", "", "")
