"""What a partner made: counted on arrival, applicants called by hand, handed over once, or sent back (SP 4.6, 4.7)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from string import capwords
from typing import Annotated

from app.casework.batches.events import ApplicantCalled, CardArrived, CardHandedOver, CardMisprinted, ShipmentCounted
from app.casework.batches.partners import (
    SERIAL,
    CaseReader,
    advance_case,
    answer_value,
    condition_at,
    find_partner_service,
    partner_of,
    shown_value,
    step_at,
    to_address,
)
from app.casework.batches.queries import NEWEST, newest_line_of
from app.casework.batches.tables import CardCall, DispatchLineRow, HandOver, Shipment
from app.casework.desk.checklist import case_requirements, checked_items
from app.casework.desk.events import CaseAdvanced
from app.casework.desk.moving import case_definition, form_values, state_problem, with_deadlines
from app.casework.desk.queries import in_area, seen_area
from app.casework.desk.tables import CaseFile
from app.core.asked import Amount, Choice, Day, Text, Ticked, YesNo
from app.core.clock import office_date
from app.core.permissions import Actor
from app.core.problems import SENTENCES, Problem, check_nothing_wrong
from app.core.procedure import engine
from app.core.procedure.engine import NO_AREA
from app.core.text import sentence_case
from app.platform.office import queries as office
from app.platform.office import settings
from app.room import office_command
from schema.database import Database, cached_until_next_entry, first_value
from schema.service_procedure import Definition
from sync.journal import Journal

MEANS = {"phone": "Telepon", "message": "Pesan", "village": "Lewat desa", "visit": "Datang sendiri"}


def means_for(area: str) -> dict[str, str]:
    """How an applicant may be called: through the village only who lives in one of this office."""
    return {key: word for key, word in MEANS.items() if key != "village" or area not in ("", NO_AREA)}


RECEIVER = "Tulis nama penerima, paling panjang 100 huruf."
RELATIONS = {"self": "Yang bersangkutan sendiri", "family": "Keluarga", "authorised": "Penerima kuasa"}


def relation_labels(definition: Definition) -> dict[str, str]:
    """Who may fetch it; a service that asks for the family's number means a family of one such card."""
    family = engine.field_with_role(definition, "family_key")
    if family is None:
        return RELATIONS
    return RELATIONS | {"family": f"Keluarga satu {family.type.upper()}"}


ALL = -1
"""As a limit: there is none."""
EXPECTED_COLUMNS = {
    "serial": "coalesce(l.serial, '')",
    "shipment": "coalesce(l.shipment, '')",
    "dispatch_id": "coalesce(l.dispatch_id, 0)",
    "ordinal": "coalesce(l.ordinal, 0)",
    "dispatch": "coalesce(d.number, '')",
}
"""What the list of expected cards adds to a case: its newest line. One of an old register has none."""


def expected_cards(
    db: Database, service: str, shipment: str | None = None, most: int = ALL, skip: int = 0, first: int = 0
) -> list[CaseFile]:
    """Cases of a service whose card is on its way: of one shipment, of none (empty text), or all; `first` is the case
    that stands before the others."""
    where, values = condition_at(db, "arrive", service)
    if shipment is None:
        part = ""
        own = []
    else:
        part = "AND coalesce(l.shipment, '') = ?"
        own = [shipment]
    rest = (
        f"LEFT JOIN dispatch_line l ON l.case_id = c.id AND l.dispatch_id = {NEWEST}"
        f" LEFT JOIN dispatch d ON d.id = l.dispatch_id WHERE {where} {part}"
        " ORDER BY c.id <> ?, l.shipment, l.dispatch_id, l.ordinal, c.id LIMIT ? OFFSET ?"
    )
    return CaseFile.joined(db, "c", rest, [*values, *own, first, most, skip], **EXPECTED_COLUMNS)


def expected_counts(db: Database, service: str) -> list[tuple[str, int, str | None]]:
    """(shipment or nothing, how many cards, their nearest promise) of what :func:`expected_cards` lists."""
    where, values = condition_at(db, "arrive", service)
    return list(
        db.run(
            "SELECT coalesce(l.shipment, ''), count(*), min(c.due_on) FROM case_file c"
            f" LEFT JOIN dispatch_line l ON l.case_id = c.id AND l.dispatch_id = {NEWEST}"
            f" WHERE {where} GROUP BY 1 ORDER BY 1",
            values,
        )
    )


MOST_COUNTED = 9999


@office_command("card.arrive")
def count_cards_in(
    journal: Journal,
    actor: Actor,
    *,
    case_ids: Annotated[Sequence[int], Ticked("Yang ada", name="kartu")],
    counted: Annotated[int, Amount("Dihitung tangan", "Tulis hasil hitungan.", most=MOST_COUNTED)],
    now: datetime,
    shipment: str = "",
    note: Annotated[str, Text("Catatan", most=300)] = "",
    on: Annotated[date | None, Day("Tiba sebelum hari ini", ahead=SENTENCES["not_in_future"])] = None,
    service: str = "",
) -> int:
    """Count the cards that arrived against the shipping list; returns how many cases move on.

    A count that differs from the ticked cards, or a card of the list that is not there, needs a note; the missing
    card's case says so. Cards without a list (fetched by hand) have an empty shipment. The promise is kept by this
    step, unless the office has chosen the hand-over. `service`: whose page counts; without it cards of all are meant.
    `on`: the day of a count that was written on paper (power cut);
    the note says why it is entered late. Raises Problem.
    """
    day = on or office_date(now)
    db = journal.db
    chosen = set(case_ids)
    known = None
    if shipment:
        known = Shipment.first(db, number=shipment)
    if shipment and known is None:
        raise Problem.of("not_found", what="Daftar kirim itu")
    waiting = {row.id: row for row in expected_cards(db, service, shipment)}
    if not chosen <= waiting.keys():
        raise Problem.of("conflict", why="Ada yang dicentang dan tidak menunggu kedatangan. Muat ulang halaman.")
    if known is not None:
        missing = waiting.keys() - chosen
    else:
        missing = set()
    check_count(product_word(db, service), len(chosen), counted, len(missing), note)
    reader = CaseReader(db)
    why_late = note if on else ""
    for case_id in case_ids:
        count_card_in(journal, actor, waiting[case_id], day, now, why_late, reader)
    for case_id in sorted(missing):
        case, definition = reader.find_at(case_id, "arrive")
        advance_case(journal, definition, case, "missing", now, actor=actor, on=day, note=note)
    if known is not None:
        total = (known.counted or 0) + counted
        body = ShipmentCounted(shipment, known.sent_on, known.count, total, day.isoformat(), note)
        journal.record(body, subject=f"shipment/{shipment}", actor=actor.username, at=now)
    return len(chosen)


def product_word(db: Database, service: str) -> str:
    return partner_of(find_partner_service(db, service)).made


def check_count(product: str, ticked: int, counted: int, missing: int, note: str) -> None:
    """Raise Problem `invalid` when the count by hand does not fit what was ticked and nobody says why."""
    if not ticked and not missing:
        raise Problem.of("invalid", {"kartu": f"Centang paling sedikit satu {product}."})
    if counted != ticked and not note:
        raise Problem.of(
            "invalid",
            {
                "counted": f"{sentence_case(product)} dihitung {counted}, dicentang {ticked}. "
                "Hitung lagi, atau tulis catatan selisihnya."
            },
        )
    if missing and not note:
        raise Problem.of("invalid", {"note": f"{missing} {product} di daftar kirim tidak ada. Tulis catatannya."})


def count_card_in(
    journal: Journal, actor: Actor, card: CaseFile, on: date, now: datetime, why: str, reader: CaseReader
) -> None:
    case, definition = reader.find_at(card.id, "arrive")
    body = CardArrived(card.id, card.dispatch_id, card.ordinal, on.isoformat())
    journal.record(body, subject=f"case/{card.id}", actor=actor.username, at=now)
    advance_case(journal, definition, case, "arrived", now, actor=actor, on=on, note=why)


def list_shipments(db: Database) -> list[Shipment]:
    return Shipment.rows(db, order="arrived_on IS NOT NULL, sent_on DESC")


@office_command("card.call")
def note_call(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    means: Annotated[str, Choice("Cara", "Pilih cara memanggil.", choices=MEANS, radio=True)],
    reached: Annotated[bool, YesNo("Hasil", words=("Tersambung, akan diambil", "Belum tersambung"))],
    now: datetime,
    note: Annotated[str, Text("Catatan", most=300)] = "",
) -> None:
    """Note a call or message made by hand, or an SMS that the program sent to who agreed."""
    case, _ = CaseReader(journal.db).find_at(case_id, "hand_over")
    if means not in means_for(case.area):
        raise Problem.of("invalid", {"means": SENTENCES["choose_from_list"]})
    if actor.village_only and case.area != actor.area:
        raise Problem.of("not_found", what="Berkas itu")
    body = ApplicantCalled(case_id, means, reached, note)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)


@office_command("card.hand_over")
def hand_card_over(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    receiver: Annotated[str, Text("Nama penerima", RECEIVER, most=100)],
    relation: Annotated[str, Choice("Yang mengambil", "Pilih hubungan penerima.", choices=RELATIONS, radio=True)],
    now: datetime,
    authority: Annotated[str, Text("Surat kuasa", most=200)] = "",
    surrendered: Annotated[str, Text("Kartu lama yang ditarik", most=200)] = "",
    on: Annotated[date | None, Day("Tanggal diserahkan", ahead=SENTENCES["not_in_future"])] = None,
    note: Annotated[str, Text("Mengapa baru dicatat", most=300)] = "",
    compared: Annotated[Sequence[str], Ticked("Cocokkan bersama penerima", of=str)] = (),
) -> None:
    """Hand a card over, once. Somebody else than the applicant needs a relation; an agent a power of attorney.

    `on`: the day of a hand-over that was written on paper (power cut), not before the card arrived; the note says why
    it is entered late. `compared`: the points of :func:`points_to_compare` that were read together with the receiver.
    Raises Problem.
    """
    day = on or office_date(now)
    wrong = {}
    if relation == "authorised" and not authority:
        wrong["authority"] = "Tulis nomor atau tanggal surat kuasa."
    db = journal.db
    reader = CaseReader(db)
    product = sentence_case(partner_of(reader.find(case_id)[1]).made)
    if find_hand_over(db, case_id) is not None:
        raise Problem.of("conflict", why=f"{product} ini sudah diserahkan. Lihat tanda terimanya di berkas.")
    case, definition = reader.find_at(case_id, "hand_over")
    if relation != "self" and receiver.upper() == case.name.upper():
        wrong["receiver"] = "Tulis nama yang mengambil, seperti di tanda pengenalnya. Ini nama pemohon."
    if needs_surrender(db, definition, case) and not surrendered:
        wrong["surrendered"] = f"{product} lama harus ditarik. Tulis nomornya atau keterangannya."
    if day.isoformat() < (card_arrival_day(db, case) or ""):
        wrong["on"] = f"Tanggal tidak boleh sebelum {product.lower()} tiba di kantor."
    points = [point for point, _ in points_to_compare(db, definition, case)]
    if set(compared) - set(points):
        wrong["compared"] = SENTENCES["choose_from_list"]
    check_nothing_wrong(wrong)
    seen = ", ".join(point for point in points if point in compared)
    body = CardHandedOver(case_id, receiver.upper(), relation, authority, surrendered, day.isoformat(), seen)
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    advance_case(journal, definition, case, "handed_over", now, actor=actor, on=day, note=note)


def find_hand_over(db: Database, case_id: int) -> HandOver | None:
    return HandOver.first(db, case_id=case_id, returned_on=None)


def card_arrival_day(db: Database, case: CaseFile) -> str | None:
    """ISO day on which the newest card of a case came to the office; None for a card of an old register."""
    line = newest_line_of(db, case.id)
    day: str | None = case.kept_on
    if line:
        day = line.arrived_on
    return day


def needs_surrender(db: Database, definition: Definition, case: CaseFile) -> bool:
    present = checked_items(db, case.id)
    return any(
        need.surrendered and need.id in present and present[need.id].state == "present"
        for need in case_requirements(definition, case)
    )


READY_COLUMNS = {
    "arrived_on": "coalesce(l.arrived_on, c.kept_on)",
    "calls": "count(k.at)",
    "last_call": "max(k.at)",
    "reached": "max(k.reached)",
}
"""What the list of cards at the counter adds to a case. Calls for an earlier, misprinted card do not count: only those
since this one arrived."""


@cached_until_next_entry
def count_ready(db: Database, area: str | None, service: str = "") -> tuple[int, int]:
    """Cards at the counter, of a service or of all: how many of them nobody was told of, and how many wait."""
    where, values = condition_at(db, "hand_over", service)
    own, mine = in_area(area)
    row = db.one(
        "SELECT count(*), coalesce(sum(EXISTS (SELECT 1 FROM card_call k WHERE k.case_id = c.id AND k.at >="
        f" coalesce(l.arrived_on, c.kept_on, ''))), 0) FROM case_file c LEFT JOIN dispatch_line l"
        f" ON l.case_id = c.id AND l.dispatch_id = {NEWEST} WHERE {where} {own}",
        [*values, *mine],
    )
    if row:
        return (row[0] - row[1], row[1])
    return (0, 0)


def ready_cards(
    db: Database, actor: Actor, service: str, most: int = ALL, skip: int = 0, *, until: str = "", uncalled: bool = False
) -> list[CaseFile]:
    """Cases of a service whose card is at the counter: never called first, then the longest waiting. `until`: only
    those that came by that day; `uncalled`: only those of which nobody was told."""
    where, values = condition_at(db, "hand_over", service)
    own, mine = seen_area(actor)
    having = ""
    if uncalled:
        having = "HAVING count(k.at) = 0"
    rest = (
        f"LEFT JOIN dispatch_line l ON l.case_id = c.id AND l.dispatch_id = {NEWEST}"
        " LEFT JOIN card_call k ON k.case_id = c.id AND k.at >= coalesce(l.arrived_on, c.kept_on, '')"
        f" WHERE {where} {own} AND (? = '' OR coalesce(l.arrived_on, c.kept_on) <= ?)"
        f" GROUP BY c.id {having} ORDER BY count(k.at) > 0, arrived_on, c.id"
        " LIMIT ? OFFSET ?"
    )
    return CaseFile.joined(db, "c", rest, [*values, *mine, until, until, most, skip], **READY_COLUMNS)


def uncollected_since(db: Database, today: date) -> str:
    """The last day on which a card came that waits too long by now."""
    return (today - timedelta(days=settings.get_setting(db, "uncollected.after_days"))).isoformat()


def count_uncollected(db: Database, actor: Actor, service: str, until: str) -> int:
    """How many cards at the counter came by a day and were not fetched."""
    where, values = condition_at(db, "hand_over", service)
    own, mine = seen_area(actor)
    return int(
        first_value(
            db,
            "SELECT count(*) FROM case_file c LEFT JOIN dispatch_line l"
            f" ON l.case_id = c.id AND l.dispatch_id = {NEWEST} WHERE {where} {own}"
            " AND coalesce(l.arrived_on, c.kept_on) <= ?",
            [*values, *mine, until],
        )
    )


def list_calls(db: Database, case_id: int) -> list[CardCall]:
    return CardCall.rows(db, case_id=case_id, order="id")


@office_command("card.hand_over")
def note_misprint(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    reason: Annotated[str, Text("Alasan", SENTENCES["reason"], most=300)],
    now: datetime,
) -> None:
    """A misprint: the card is surrendered and goes back, free of charge.

    Found at arrival or hand-over it reopens the promise. Found later by its owner, as the receipt invites, the case
    opens again under its number; the promise was kept and reported, and stays so. Raises Problem.
    """
    db = journal.db
    reader = CaseReader(journal.db)
    case, definition = reader.find(case_id)
    line = newest_line_of(db, case_id)
    if line:
        dispatch_id = line.dispatch_id
        ordinal = line.ordinal
    else:
        dispatch_id = 0
        ordinal = 0
    body = CardMisprinted(case_id, dispatch_id, ordinal, reason, office_date(now).isoformat())
    if case.closed and find_hand_over(db, case_id) is not None:
        journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
        product = partner_of(definition).made
        reopen_case(journal, actor, case, f"Salah cetak, {product} ditarik kembali: {reason}", now)
        return
    case, definition = reader.find_at(case_id, "arrive", "hand_over")
    journal.record(body, subject=f"case/{case_id}", actor=actor.username, at=now)
    advance_case(journal, definition, case, "misprint", now, actor=actor, note=reason)


@office_command("card.hand_over")
def reopen_uncollected(journal: Journal, actor: Actor, *, case_id: int, now: datetime) -> None:
    """An uncollected card is fetched after all: the case stands at hand-over again, as its standard says."""
    case, definition = CaseReader(journal.db).find(case_id)
    if not is_kept_uncollected(definition, case):
        raise state_problem(definition, case)
    reopen_case(journal, actor, case, f"{sentence_case(partner_of(definition).made)} diambil juga", now)


def is_kept_uncollected(definition: Definition, case: CaseFile) -> bool:
    back = getattr(engine.state_named(definition, case.step), "reopens_to", "")
    return bool(case.closed and back == step_at(definition, "hand_over"))


def reopen_case(journal: Journal, actor: Actor, case: CaseFile, note: str, now: datetime) -> None:
    """A closed case goes on at the step to which its exit leads back. Raises Problem where it leads nowhere."""
    definition = case_definition(journal.db, case)
    to = getattr(engine.state_named(definition, case.step), "reopens_to", "")
    if not to:
        raise state_problem(definition, case)
    body = CaseAdvanced(
        case.id,
        "reopened",
        case.step,
        to,
        engine.state_named(definition, to).place,
        office_date(now).isoformat(),
        note=note[:1000],
    )
    body = with_deadlines(journal.db, definition, body, office_date(now), now)
    journal.record(body, subject=f"case/{case.id}", actor=actor.username, at=now)


REPAIRS = {"repaired": "Sudah diperbaiki, ikut pengiriman berikutnya", "record_again": "Perlu direkam ulang"}
"""What may become of a refused line: the outcomes of its step."""


@office_command("case.check")
def note_repair(
    journal: Journal,
    actor: Actor,
    *,
    case_id: int,
    note: Annotated[str, Text("Yang diperbaiki", "Tulis apa yang diperbaiki.", most=500)],
    now: datetime,
    how: Annotated[str, Choice("Tindak lanjut", SENTENCES["choose_one"], choices=REPAIRS, radio=True)] = "repaired",
) -> None:
    """A refused line is repaired under the same number and joins a later dispatch; the clock runs on."""
    case, definition = CaseReader(journal.db).find_at(case_id, "repair")
    advance_case(journal, definition, case, how, now, actor=actor, note=note)


def points_to_compare(db: Database, definition: Definition, case: CaseFile) -> list[tuple[str, str]]:
    """(what, what ought to stand there) of everything that is compared. The value is empty where only the eye can tell,
    as for a photo; numbers of people are masked."""
    key = engine.field_with_role(definition, "key")
    line = newest_line_of(db, case.id)
    heading = key.heading if key else "Nomor"
    words = known_words(db, definition, case) | {heading: engine.mask_key(definition, case.main_key)}
    points = [(label, words.get(label, "")) for label in partner_of(definition).inspect or ("Nama", heading)]
    serial = product_serial(definition, line)
    if serial:
        points.append((SERIAL, serial))
    return points


def product_serial(definition: Definition, line: DispatchLineRow | None) -> str:
    """The serial number of what the partner made; none where its answer carries a value of its own."""
    if line is None or answer_value(definition):
        return ""
    return line.serial


def known_words(db: Database, definition: Definition, case: CaseFile) -> dict[str, str]:
    """Label → value of the case, as an officer reads it."""
    values = form_values(case)
    legible = [field for field in definition.fields if field.id in values and field.mask is None]
    shown = {field.label: shown_value(db, definition, field.id, values[field.id]) for field in legible}
    village = office.area_names(db).get(case.area, "")
    address = [to_address(definition, values)]
    if village:
        address.append(f"Desa {village}")
    return shown | {"Nama": capwords(case.name), "Alamat": ", ".join(filter(None, address))}
