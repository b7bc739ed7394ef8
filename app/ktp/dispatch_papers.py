"""Letters of a dispatch: covering letter with annex, berita acara, and the spreadsheet for a Dukcapil without Loket."""

from __future__ import annotations

import json
from datetime import date, datetime

from app.core.dates import numeric_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.ktp import queries, recording
from app.ktp.balance_paper import balance
from app.ktp.papers import addresses, base, kind_labels
from app.ktp.tables import Dispatch
from app.office import service as office
from app.office import settings
from app.office.letterhead import confirmed, letterhead, signing, staff
from app.printing import data as shapes
from app.printing.qr import with_check
from app.printing.spreadsheet import SheetColumn, write_sheet
from schema.database import Database
from sync.line import moment, stamp

RESULTS = {"waiting": "menunggu", "accepted": "diterima", "printed": "dicetak", "refused": "ditolak"}


def sent_dispatch(db: Database, dispatch_id: int) -> Dispatch:
    """A closed dispatch: only such a one has letters. Raises Problem."""
    found = queries.dispatch(db, dispatch_id)
    if found.state != "sent" or not found.sent_on:
        raise Problem.of(
            "state", what=f"Pengiriman {found.number}", state="belum disetujui, jadi belum ada suratnya"
        )
    return found


def sent_at(db: Database, dispatch_id: int) -> datetime | None:
    """The moment at which a dispatch was confirmed."""
    row = db.one(
        "SELECT at FROM journal WHERE subject = ? AND kind = 'dispatch.sent'", (f"dispatch/{dispatch_id}",)
    )
    return moment(row[0]) if row else None


def family_numbers(db: Database, dispatch_id: int) -> dict[int, str]:
    """Case → No. KK of the form, for every line of a dispatch."""
    rows = db.run("SELECT c.id, c.fields FROM dispatch_line l JOIN case_file c ON c.id = l.case_id"
                  " WHERE l.dispatch_id = ?", (dispatch_id,))  # fmt: skip
    return {case_id: json.loads(fields).get("kk", "") for case_id, fields in rows}


def recorded(db: Database, nik: str, at: datetime | None) -> str:
    """`PRINT_READY_RECORD (PRR), 12-03-2026`: what was known of the recording at a moment, or nothing."""
    found = db.one("SELECT status, on_date FROM recording WHERE nik = ? AND at <= ? ORDER BY id DESC LIMIT 1",
                   (nik, stamp(at) if at else "9"))  # fmt: skip
    if found is None:
        return ""
    return f"{recording.STATUSES[found[0]][0]}, {numeric_date(date.fromisoformat(found[1]))}"


def covering_letter(db: Database, dispatch_id: int, actor: Actor, now: datetime) -> shapes.CoveringLetter:
    """Covering letter in the name of the Camat; its annex lists full NIKs and is marked Terbatas."""
    found = sent_dispatch(db, dispatch_id)
    on = date.fromisoformat(found.sent_on or "")
    lines = queries.lines(db, dispatch_id)
    kinds, villages = kind_labels(db, on), office.area_names(db)
    away = addresses(db, [one.case_id for one in lines if not one.area])
    sent, numbers = sent_at(db, dispatch_id), family_numbers(db, dispatch_id)
    centre, place = settings.get(db, "office.centre_name"), settings.get(db, "office.centre_place")
    head = letterhead(db)
    return shapes.CoveringLetter(
        **base(db, "covering_letter", actor, now),
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
        signer=confirmed(db, found.confirmed_by, on, sent),
        lines=tuple(
            shapes.DispatchLine(
                line=one.ordinal,
                number=one.number,
                name=one.name,
                nik=one.key,
                village=villages.get(one.area, one.area),
                kind=kinds.get(one.kind, one.kind),
                kk=numbers.get(one.case_id, ""),
                recording=recorded(db, one.key, sent),
                note=one.again,
                home=away.get(one.case_id, ""),
            )
            for one in lines
        ),
        qr=with_check(found.number),
    )


def letter_items(found: Dispatch, lines: list[queries.Line]) -> tuple[shapes.LetterItem, ...]:
    """What goes with the letter."""
    items = [
        shapes.LetterItem(
            text="Berkas permohonan KTP-el yang lengkap dan sah", count=found.count, note="Daftar terlampir"
        )
    ]
    back = misprints(lines)
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
        items.append(shapes.LetterItem(text=f"Catatan elektronik Loket, sidik {digest}", count=1,
                                       note="Lewat jaringan atau stik USB"))  # fmt: skip
    return tuple(items)


def misprints(lines: list[queries.Line]) -> int:
    """How many misprinted cards travel back with a dispatch."""
    return sum(one.again.startswith("Ulang: salah cetak") for one in lines)


def minutes(db: Database, dispatch_id: int, actor: Actor, now: datetime) -> shapes.Minutes:
    """Berita acara of handing a dispatch over to the printing centre."""
    found = sent_dispatch(db, dispatch_id)
    on = date.fromisoformat(found.sent_on or "")
    giver, lines = staff(db, found.drafted_by), queries.lines(db, dispatch_id)
    previous = [one for one in queries.sent(db, 6) if one.id < dispatch_id and one.waiting][:4]
    items = [shapes.MinutesItem(text=f"Berkas permohonan, baris 1 sampai {found.count}", count=found.count)]
    if back := misprints(lines):
        items.append(shapes.MinutesItem(text="Kartu salah cetak yang ditarik", count=back))
    return shapes.Minutes(
        **base(db, "minutes", actor, now),
        number=found.minutes,
        at=sent_at(db, dispatch_id) or now,
        dispatch=found.number,
        giving=shapes.Party(
            name=giver.name, post=f"{giver.post} {settings.get(db, 'office.name')}".strip(), nip=giver.nip
        ),
        receiving=shapes.Party(post=f"Petugas {settings.get(db, 'office.centre_name')}"),
        items=tuple(items),
        witness=signing(db, "camat", on),
        previous=tuple(balance(one) for one in previous),
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


def spreadsheet(db: Database, dispatch_id: int, now: datetime) -> bytes:
    """The dispatch as XLSX for a Dukcapil that runs no Loket; the last two columns are for its answers."""
    found = sent_dispatch(db, dispatch_id)
    on = date.fromisoformat(found.sent_on or "")
    kinds, villages = kind_labels(db, on), office.area_names(db)
    lines = queries.lines(db, dispatch_id)
    where = addresses(db, [one.case_id for one in lines])
    rows = []
    for one in lines:
        row = db.one("SELECT fields, birth_on FROM case_file WHERE id = ?", (one.case_id,))
        fields: dict[str, str] = json.loads(row[0]) if row else {}
        last = recording.latest(db, one.key)
        answer = RESULTS[one.result] if not one.open else ""
        rows.append((
            one.ordinal, one.number, one.key, fields.get("kk", ""), one.name, fields.get("birth_place", ""),
            date.fromisoformat(row[1]) if row and row[1] else None, SEXES.get(fields.get("sex", ""), ""),
            villages.get(one.area, one.area), where[one.case_id], kinds.get(one.kind, one.kind),
            recording.STATUSES[last.status][0] if last else "", date.fromisoformat(last.on_date) if last else None,
            one.again, answer, one.serial or one.reason,
        ))  # fmt: skip
    return write_sheet(f"Kirim {found.number}", COLUMNS, rows, made_at=sent_at(db, dispatch_id) or now)
