"""Letters of a dispatch: covering letter with annex, berita acara, and the spreadsheet for a Dukcapil without Loket."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from typing import Any

from app.batches import products, queries
from app.batches.tables import Dispatch, DispatchLineRow
from app.core.clock import office_date
from app.core.codes import show_code
from app.core.dates import numeric_date, short_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.desk.moving import case_definition
from app.desk.papers import paper_subject
from app.desk.tables import CaseFile
from app.ktp import recording
from app.ktp.names import HOME, SERVICE
from app.office import queries as office
from app.office import settings
from app.office.papers import (
    chief_official,
    confirming_official,
    form_control,
    office_letterhead,
    overseer_official,
    staff_official,
)
from app.printing.data import cases as shapes
from app.printing.qr import with_check
from app.printing.spreadsheet import SheetColumn, write_sheet
from schema.database import Database
from sync.entries import parse_utc_text, to_utc_text

NUMBERS = {
    "recording_list": "F-03",
    "covering_letter": "F-05",
    "minutes": "F-06",
    "hand_over": "F-07",
    "call_list": "F-08",
    "reconciliation": "F-10",
}
"""Form numbers under the service standard; the desk's own papers have the others."""


def paper_base(db: Database, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    standard = office.current_definition(db, SERVICE, office_date(now))
    return {
        "head": office_letterhead(db),
        "control": form_control(standard, NUMBERS[paper]),
        "printed_at": now,
        "printed_by": actor.name,
    }


def kind_labels(db: Database, on: date) -> dict[str, str]:
    """Kind of application → its label in the standard in force; nothing while none is."""
    return {kind.id: kind.label for one in office.services_in_force(db, on) if one.id == SERVICE for kind in one.kinds}


def case_addresses(db: Database, case_ids: Iterable[int]) -> dict[int, str]:
    """Case → `Dusun Krajan, RT 003 RW 001` as the form says it, or the home address of somebody from elsewhere."""
    found = {}
    for case_id in case_ids:
        row = db.one("SELECT fields FROM case_file WHERE id = ?", (case_id,))
        fields: dict[str, str] = json.loads(row[0]) if row else {}
        parts = [
            fields.get("street", ""),
            " ".join(f"{word.upper()} {fields[word]}" for word in ("rt", "rw") if fields.get(word)),
            *(fields.get(name, "") for name in HOME),
        ]
        found[case_id] = ", ".join(part for part in parts if part)
    return found


# -- cards -----------------------------------------------------------------------------------------------------


def call_list(db: Database, actor: Actor, now: datetime) -> shapes.CallList:
    rows, villages = products.ready_cards(db, actor), office.area_names(db)
    where = case_addresses(db, [row.id for row in rows])
    by_area = sorted(rows, key=lambda row: (villages.get(row.area, row.area), row.arrived_on or "", row.id))
    groups = tuple(
        shapes.CallGroup(
            village=office.area_title(villages, area), lines=tuple(call_line(row, where[row.id], now) for row in part)
        )
        for area, part in groupby(by_area, key=lambda row: row.area)
    )
    return shapes.CallList(
        **paper_base(db, "call_list", actor, now), on=office_date(now), service="KTP-el", groups=groups
    )


def call_line(row: products.ReadyCard, address: str, now: datetime) -> shapes.CallLine:
    """One card on the call list. The telephone number is whole: it is there to be dialled."""
    told = f"{row.calls}×, terakhir {short_date(office_date(parse_utc_text(row.last_call)))}" if row.last_call else ""
    arrived = date.fromisoformat(row.arrived_on) if row.arrived_on else office_date(now)
    return shapes.CallLine(
        code=show_code(row.code),
        number=row.number,
        name=row.name,
        arrived_on=arrived,
        contact=row.phone or ("lewat desa" if row.area else "tidak ada"),
        address=address,
        calls=told,
    )


def hand_over_receipt(db: Database, case: CaseFile, actor: Actor, now: datetime) -> shapes.HandOver:
    """Receipt of a card that was handed over. Raises Problem while it was not."""
    done = products.find_hand_over(db, case.id)
    if done is None:
        raise Problem.of("conflict", why="Kartu berkas ini belum diserahkan, jadi belum ada tanda terimanya.")
    line = DispatchLineRow.rows(
        db, DispatchLineRow.case_id == case.id, order=DispatchLineRow.dispatch_id.desc(), limit=1
    )
    arrived = line[0].arrived_on if line else case.kept_on
    definition = case_definition(db, case)
    return shapes.HandOver(
        **paper_base(db, "hand_over", actor, now),
        subject=paper_subject(db, definition, case),
        product=definition.short_name,
        receiver=done.receiver,
        relation=products.RELATIONS.get(done.relation, str(done.relation)).lower(),
        handed_on=date.fromisoformat(done.on_date),
        handed_at=parse_utc_text(done.at) if office_date(parse_utc_text(done.at)).isoformat() == done.on_date else None,
        handed_by=staff_official(db, done.actor),
        authority=done.authority,
        surrendered=done.surrendered,
        serial=line[0].serial if line else "",
        due_on=date.fromisoformat(case.due_on) if case.due_on else None,
        arrived_on=date.fromisoformat(arrived) if arrived else None,
    )


RESULT_WORDS = {"waiting": "menunggu", "accepted": "diterima", "printed": "dicetak", "refused": "ditolak"}


def find_sent_dispatch(db: Database, dispatch_id: int) -> Dispatch:
    """A closed dispatch: only such a one has letters. Raises Problem."""
    found = queries.find_dispatch(db, dispatch_id)
    if found.state != "sent" or not found.sent_on:
        raise Problem.of("state", what=f"Pengiriman {found.number}", state="belum disetujui, jadi belum ada suratnya")
    return found


def confirmed_at(db: Database, dispatch_id: int) -> datetime | None:
    row = db.one("SELECT at FROM journal WHERE subject = ? AND kind = 'dispatch.sent'", (f"dispatch/{dispatch_id}",))
    return parse_utc_text(row[0]) if row else None


def family_numbers(db: Database, dispatch_id: int) -> dict[int, str]:
    rows = db.run(
        "SELECT c.id, c.fields FROM dispatch_line l JOIN case_file c ON c.id = l.case_id WHERE l.dispatch_id = ?",
        (dispatch_id,),
    )
    return {case_id: json.loads(fields).get("kk", "") for case_id, fields in rows}


def recording_words(db: Database, nik: str, at: datetime | None) -> str:
    """`PRINT_READY_RECORD (PRR), 12-03-2026`: what was known of the recording at a moment, or nothing."""
    found = db.one(
        "SELECT status, on_date FROM recording WHERE nik = ? AND at <= ? ORDER BY id DESC LIMIT 1",
        (nik, to_utc_text(at) if at else "9"),
    )
    if found is None:
        return ""
    return f"{recording.STATUSES[found[0]][0]}, {numeric_date(date.fromisoformat(found[1]))}"


def covering_letter(db: Database, dispatch_id: int, actor: Actor, now: datetime) -> shapes.CoveringLetter:
    """Covering letter in the name of the Camat; its annex lists full NIKs and is marked Terbatas."""
    found = find_sent_dispatch(db, dispatch_id)
    on = date.fromisoformat(found.sent_on or "")
    lines = queries.list_lines(db, dispatch_id)
    kinds, villages = kind_labels(db, on), office.area_names(db)
    away = case_addresses(db, [one.case_id for one in lines if not one.area])
    sent, numbers = confirmed_at(db, dispatch_id), family_numbers(db, dispatch_id)
    centre, place = settings.get_setting(db, "office.centre_name"), settings.get_setting(db, "office.centre_place")
    head = office_letterhead(db)
    return shapes.CoveringLetter(
        **paper_base(db, "covering_letter", actor, now),
        number=found.letter,
        on=on,
        subject="Pengiriman berkas permohonan KTP-el",
        addressee=(f"Yth. Kepala {centre}", head.regency, f"di {place}" if place else "di tempat"),
        dispatch=found.number,
        items=letter_items(found, lines),
        closing=(
            "Mohon berkas diterima dan kartunya dicetak. Hasil setiap baris mohon dijawab pada kolom jawaban di "
            "lampiran" + (" atau dengan berkas jawaban Loket." if found.road == "loket" else "."),
        ),
        signer=confirming_official(db, found.confirmed_by, on, sent),
        lines=tuple(
            shapes.DispatchLine(
                line=one.ordinal,
                number=one.number,
                name=one.name,
                nik=one.key,
                village=villages.get(one.area, one.area),
                kind=kinds.get(one.kind, one.kind),
                kk=numbers.get(one.case_id, ""),
                recording=recording_words(db, one.key, sent),
                note=one.again,
                home=away.get(one.case_id, ""),
            )
            for one in lines
        ),
        qr=with_check(found.number),
    )


def letter_items(found: Dispatch, lines: list[queries.Line]) -> tuple[shapes.LetterItem, ...]:
    items = [
        shapes.LetterItem(
            text="Berkas permohonan KTP-el yang lengkap dan sah", count=found.count, note="Daftar terlampir"
        )
    ]
    back = count_misprints(lines)
    if back:
        items.append(
            shapes.LetterItem(
                text="Kartu salah cetak yang ditarik, untuk dicetak ulang tanpa biaya",
                count=back,
                note="Lihat keterangan baris",
            )
        )
    if found.road == "loket":
        digest = " ".join(found.digest[start : start + 4].upper() for start in (0, 4, 8))
        items.append(
            shapes.LetterItem(
                text=f"Catatan elektronik Loket, sidik {digest}", count=1, note="Lewat jaringan atau stik USB"
            )
        )
    return tuple(items)


def count_misprints(lines: list[queries.Line]) -> int:
    return sum(one.again.startswith("Ulang: salah cetak") for one in lines)


def hand_over_minutes(db: Database, dispatch_id: int, actor: Actor, now: datetime) -> shapes.Minutes:
    found = find_sent_dispatch(db, dispatch_id)
    on = date.fromisoformat(found.sent_on or "")
    giver, lines = staff_official(db, found.drafted_by), queries.list_lines(db, dispatch_id)
    previous = [one for one in queries.sent_dispatches(db, 6) if one.id < dispatch_id and one.waiting][:4]
    items = [shapes.MinutesItem(text=f"Berkas permohonan, baris 1 sampai {found.count}", count=found.count)]
    if back := count_misprints(lines):
        items.append(shapes.MinutesItem(text="Kartu salah cetak yang ditarik", count=back))
    return shapes.Minutes(
        **paper_base(db, "minutes", actor, now),
        number=found.minutes,
        at=confirmed_at(db, dispatch_id) or now,
        dispatch=found.number,
        giving=shapes.Party(
            name=giver.name, post=f"{giver.post} {settings.get_setting(db, 'office.name')}".strip(), nip=giver.nip
        ),
        receiving=shapes.Party(post=f"Petugas {settings.get_setting(db, 'office.centre_name')}"),
        items=tuple(items),
        witness=chief_official(db, on),
        previous=tuple(to_paper_balance(one) for one in previous),
        checked_at=now if previous else None,
        qr=with_check(found.number),
    )


COLUMNS = (
    SheetColumn("Baris", 7, "number"),
    SheetColumn("Nomor berkas", 18),
    SheetColumn("NIK", 20),
    SheetColumn("Nomor KK", 20),
    SheetColumn("Nama lengkap", 32),
    SheetColumn("Tempat lahir", 18),
    SheetColumn("Tanggal lahir", 14, "date"),
    SheetColumn("Jenis kelamin", 14),
    SheetColumn("Desa", 20),
    SheetColumn("Alamat", 36),
    SheetColumn("Jenis permohonan", 18),
    SheetColumn("Perekaman", 26),
    SheetColumn("Tanggal perekaman", 16, "date"),
    SheetColumn("Keterangan", 30),
    SheetColumn("Jawaban (dicetak/ditolak)", 22),
    SheetColumn("Nomor seri / alasan", 36),
)
SEXES = {"male": "Laki-laki", "female": "Perempuan"}


def dispatch_spreadsheet(db: Database, dispatch_id: int, now: datetime) -> bytes:
    """The dispatch as XLSX for a Dukcapil that runs no Loket; the last two columns are for its answers."""
    found = find_sent_dispatch(db, dispatch_id)
    on = date.fromisoformat(found.sent_on or "")
    kinds, villages = kind_labels(db, on), office.area_names(db)
    lines = queries.list_lines(db, dispatch_id)
    where = case_addresses(db, [one.case_id for one in lines])
    rows = []
    for one in lines:
        row = db.one("SELECT fields, birth_on FROM case_file WHERE id = ?", (one.case_id,))
        fields: dict[str, str] = json.loads(row[0]) if row else {}
        last = recording.latest_recording(db, one.key)
        answer = RESULT_WORDS[one.result] if not one.open else ""
        rows.append(
            (
                one.ordinal,
                one.number,
                one.key,
                fields.get("kk", ""),
                one.name,
                fields.get("birth_place", ""),
                date.fromisoformat(row[1]) if row and row[1] else None,
                SEXES.get(fields.get("sex", ""), ""),
                villages.get(one.area, one.area),
                where[one.case_id],
                kinds.get(one.kind, one.kind),
                recording.STATUSES[last.status][0] if last else "",
                date.fromisoformat(last.on_date) if last else None,
                one.again,
                answer,
                one.serial or one.reason,
            )
        )
    return write_sheet(f"Kirim {found.number}", COLUMNS, rows, made_at=confirmed_at(db, dispatch_id) or now)


NOT_ENROLLED = "Kantor ini belum terdaftar di pusat cetak Loket: pengiriman dan jawabannya di atas kertas."
STREAMS = {"office": "kantor", "dukcapil": "untuk pusat cetak"}


def reconciliation_sheet(
    db: Database, actor: Actor, now: datetime, *, unsent: int, since: datetime | None, enrolled: bool = True
) -> shapes.Reconciliation:
    """The day's sheet: every dispatch must add up, cards are counted by hand, the journal's heads stand on paper."""
    on = office_date(now)
    open_ones = [
        one for one in queries.sent_dispatches(db, 60) if one.waiting or not one.agrees or one.sent_on == on.isoformat()
    ]
    heads = journal_heads(db)
    return shapes.Reconciliation(
        **paper_base(db, "reconciliation", actor, now),
        on=on,
        balances=tuple(to_paper_balance(one, dispute_note(db, one)) for one in open_ones),
        cards=card_counts(db, on),
        journal=heads,
        unsent=unsent,
        unsent_since=since,
        officer=staff_official(db, actor.username),
        checker=overseer_official(db, on),
        remarks=() if enrolled else (NOT_ENROLLED,),
        qr=with_check(heads[0].digest.replace(" ", "")) if heads else "",
    )


def dispute_note(db: Database, one: queries.SentDispatch) -> str:
    count = queries.count_rows(
        db, "SELECT count(*) FROM answer_conflict WHERE dispatch_id = ? AND settled_by = ''", (one.id,)
    )
    return f"{count} jawaban berbeda, belum diselesaikan" if count else ""


def card_counts(db: Database, on: date) -> tuple[shapes.CardCount, ...]:
    one = queries.count_rows
    return (
        shapes.CardCount(
            label="Tiba dan belum diambil, di lemari",
            count=one(db, "SELECT count(*) FROM case_file WHERE closed = 0 AND step = 'hand_over'"),
        ),
        shapes.CardCount(
            label="Tidak diambil, disimpan",
            count=one(db, "SELECT count(*) FROM case_file WHERE closed = 1 AND step = '@uncollected'"),
        ),
        shapes.CardCount(
            label="Diserahkan hari ini",
            count=one(db, "SELECT count(*) FROM hand_over WHERE on_date = ?", (on.isoformat(),)),
        ),
        shapes.CardCount(
            label="Salah cetak, akan dikembalikan",
            count=one(
                db,
                "SELECT count(*) FROM dispatch_line l JOIN case_file c ON c.id = l.case_id WHERE c.closed = 0"
                " AND c.step = 'dispatch' AND l.misprint <> '' AND l.dispatch_id = (SELECT max(n.dispatch_id)"
                " FROM dispatch_line n WHERE n.case_id = c.id)",
            ),
        ),
    )


def journal_heads(db: Database) -> tuple[shapes.JournalHead, ...]:
    """The last entry of every stream that this office holds: its own first, then what it received."""
    own = db.one("SELECT value FROM identity WHERE key = 'source'")
    mine = own[0] if own else ""
    heads: dict[tuple[str, str], shapes.JournalHead] = {}
    for source, epoch, stream in sorted(
        journal_streams(db), key=lambda one: (one[0] != mine, one[2] != "office", one[2], -one[1])
    ):
        sql = "SELECT n, hash, at FROM journal WHERE source = ? AND epoch = ? AND stream = ? ORDER BY n DESC LIMIT 1"
        row = db.one(sql, (source, epoch, stream))
        if row is not None:
            label = STREAMS.get(stream, stream) if source == mine else f"dari {source}"
            heads.setdefault(
                (source, stream), to_journal_head(label, f"{epoch}/{stream}/{row[0]}", bytes(row[1]).hex()[:24], row[2])
            )
    return tuple(heads.values())


def to_journal_head(label: str, entry: str, digest: str, at: str) -> shapes.JournalHead:
    groups = " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))
    return shapes.JournalHead(stream=label, entry=entry, digest=groups, at=parse_utc_text(at))


def journal_streams(db: Database) -> list[tuple[str, int, str]]:
    """Every (source, epoch, stream) of the journal, by jumping along its index: there are few, its entries are many."""
    found: list[tuple[str, int, str]] = []
    last: tuple[str, int, str] = ("", 0, "")
    sql = (
        "SELECT source, epoch, stream FROM journal WHERE (source, epoch, stream) > (?, ?, ?)"
        " ORDER BY source, epoch, stream LIMIT 1"
    )
    while (row := db.one(sql, last)) is not None:
        last = (row[0], row[1], row[2])
        found.append(last)
    return found


def to_paper_balance(one: queries.SentDispatch, note: str = "") -> shapes.Balance:
    return shapes.Balance(
        dispatch=one.number,
        sent=one.sent,
        printed=one.printed,
        refused=one.refused,
        waiting=one.waiting,
        sent_on=date.fromisoformat(one.sent_on),
        note=note,
    )
