"""The papers of this room: letters and spreadsheet of a dispatch, its minutes, call list, and receipt."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from app.casework.batches import products, queries
from app.casework.batches.partners import (
    CaseReader,
    cases_by_id,
    cell_text,
    column_cells,
    column_heads,
    find_partner_service,
    is_day,
    key_field,
    number_label,
    partner_of,
    result_labels,
    to_address,
)
from app.casework.batches.tables import Dispatch, DispatchLineRow
from app.casework.desk.moving import case_definition, form_values
from app.casework.desk.paper_heads import paper_subject
from app.casework.desk.service import next_copy_number
from app.casework.desk.tables import CaseFile
from app.core.clock import office_date
from app.core.codes import show_code, with_check
from app.core.dates import short_date, stored_date
from app.core.permissions import Actor
from app.core.problems import Problem
from app.core.procedure import engine
from app.core.text import in_small_letters, lower_first, sentence_case, with_nya
from app.platform.office import queries as office
from app.platform.office import settings
from app.platform.office.papers import (
    NO_FORM,
    chief_official,
    common_fields,
    confirming_official,
    form_control,
    office_letterhead,
    office_name,
    staff_official,
)
from app.platform.printing.data import cases as shapes
from app.platform.printing.data.common import Official, SecretCode
from app.platform.printing.papers import content_digest
from app.platform.printing.spreadsheet import SheetColumn, write_sheet
from app.room import hooks_of
from schema.database import Database, first_value
from schema.service_procedure import Definition
from schema.service_standard import PartnerColumn
from sync.enrolment import CENTRE_STREAM
from sync.entries import parse_utc_text

NUMBERS = {
    "recording_list": "F-03",
    "minutes": "F-06",
    "hand_over": "F-07",
    "call_list": "F-08",
    "reconciliation": "F-10",
}
"""Form numbers under the service standard; the desk's own papers have the others, and a covering letter is no form."""


def paper_base(db: Database, definition: Definition, paper: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """What every paper has; the control line names the standard of the service that is in force now."""
    standard = office.current_definition(db, definition.id, office_date(now))
    control = NO_FORM
    if paper in NUMBERS:
        control = form_control(standard, NUMBERS[paper])
    return common_fields(db, control, actor, now)


def case_addresses(db: Database, case_ids: Iterable[int]) -> dict[int, str]:
    """Case → `Dusun Krajan, RT 003 RW 001` as the form says it, or the home address of somebody from elsewhere."""
    reader = CaseReader(db)
    cases = cases_by_id(db, case_ids)
    return {case.id: to_address(reader.definition_of(case), form_values(case)) for case in cases}


# -- cards -----------------------------------------------------------------------------------------------------


def call_list(db: Database, definition: Definition, actor: Actor, now: datetime) -> shapes.CallList:
    rows = products.ready_cards(db, actor, definition.id)
    villages = office.area_names(db)
    where = case_addresses(db, [row.id for row in rows])
    by_area = sorted(rows, key=lambda row: (villages.get(row.area, row.area), row.arrived_on or "", row.id))
    groups = []
    for area, part in groupby(by_area, key=lambda row: row.area):
        lines = tuple(call_line(row, where[row.id], now) for row in part)
        groups.append(shapes.CallGroup(village=office.area_title(villages, area), lines=lines))
    return shapes.CallList(
        **paper_base(db, definition, "call_list", actor, now),
        on=office_date(now),
        service=definition.short_name,
        product=partner_of(definition).made,
        groups=tuple(groups),
    )


def call_line(row: CaseFile, address: str, now: datetime) -> shapes.CallLine:
    """One card on the call list. The telephone number is whole: it is there to be dialled."""
    told = ""
    if row.last_call:
        told = f"{row.calls}×, terakhir {short_date(office_date(parse_utc_text(row.last_call)))}"
    without_phone = "lewat desa"
    if row.area in ("", office.NO_AREA):
        without_phone = "tanpa telepon"
    return shapes.CallLine(
        code=show_code(row.code),
        number=row.number,
        name=row.name,
        arrived_on=stored_date(row.arrived_on) or office_date(now),
        contact=row.phone or without_phone,
        address=address,
        calls=told,
    )


def hand_over_receipt(db: Database, case: CaseFile, actor: Actor, now: datetime) -> shapes.HandOver:
    """Receipt of a card that was handed over. Raises Problem while it was not."""
    done = products.find_hand_over(db, case.id)
    definition = case_definition(db, case)
    if done is None:
        product = sentence_case(partner_of(definition).made)
        raise Problem.of("conflict", why=f"{product} berkas ini belum diserahkan, jadi belum ada tanda terimanya.")
    line = queries.newest_line_of(db, case.id)
    arrived = products.card_arrival_day(db, case)
    at = parse_utc_text(done.at)
    relations = products.relation_labels(definition)
    handed_at = None
    if office_date(at).isoformat() == done.on_date:
        handed_at = at
    paper = shapes.HandOver(
        **paper_base(db, definition, "hand_over", actor, now),
        subject=paper_subject(db, definition, case),
        product=definition.short_name,
        made=partner_of(definition).made,
        inspected=inspected_words(definition),
        receiver=done.receiver,
        relation=lower_first(relations.get(done.relation, str(done.relation))),
        handed_on=date.fromisoformat(done.on_date),
        handed_at=handed_at,
        handed_by=staff_official(db, done.actor),
        authority=done.authority,
        surrendered=done.surrendered,
        serial=products.product_serial(definition, line),
        due_on=stored_date(case.due_on),
        arrived_on=stored_date(arrived),
        free=definition.fee is not None and not definition.fee.rupiah,
    )
    if next_copy_number(db, f"case/{case.id}", "hand_over", content_digest(paper)) > 1:
        return paper
    return replace(paper, survey=visitor_code(db, case, definition, now))


def visitor_code(db: Database, case: CaseFile, definition: Definition, now: datetime) -> SecretCode | None:
    """The code that a room gives the receiver; only the original carries one, so that no copy takes its place."""
    givers = [hooks.receipt_code for hooks in hooks_of(db).of_case(definition) if hooks.receipt_code]
    codes = (code for give in givers if (code := give(db, case, now)))
    return next((SecretCode(code=show_code(code), qr=code, issue="") for code in codes), None)


def secret_words(definition: Definition) -> str:
    """`NIK dan nomor KK`: the numbers of people that the annex shows whole."""
    words = [key_field(definition).heading]
    family = engine.field_with_role(definition, "family_key")
    if family:
        words.append(lower_first(family.label))
    return " dan ".join(words)


def inspected_words(definition: Definition) -> str:
    """`nama, NIK, dan foto`: what the receiver looks at before it is taken home."""
    said = [lower_first(sentence) for sentence in partner_of(definition).inspect]
    *first, last = said or ["nama", key_field(definition).heading]
    if len(first) > 1:
        return f"{', '.join(first)}, dan {last}"
    return " dan ".join([*first, last])


def find_sent_dispatch(db: Database, dispatch_id: int) -> Dispatch:
    """A closed dispatch: only such a one has letters. Raises Problem."""
    found = queries.find_dispatch(db, dispatch_id)
    if found.state != "sent" or not found.sent_on:
        raise Problem.of("state", what=f"Pengiriman {found.number}", state="belum disetujui, jadi belum ada suratnya")
    return found


def confirmed_at(db: Database, dispatch_id: int) -> datetime | None:
    sql = "SELECT at FROM journal WHERE subject = ? AND kind = 'dispatch.sent'"
    at = first_value(db, sql, (f"dispatch/{dispatch_id}",))
    return parse_utc_text(at) if at else None


def present_officials(db: Database, drafted_by: str, confirmed_by: str, on: date) -> dict[str, Official]:
    """Who stands on covering letter (`signer`) and minutes (`giver`, `witness`) as the office stands."""
    return {
        "signer": confirming_official(db, confirmed_by, on, None),
        "giver": staff_official(db, drafted_by),
        "witness": chief_official(db, on),
    }


def kept_officials(db: Database, found: Dispatch) -> dict[str, Official]:
    """Those who stood on the papers of a dispatch when it left; of an older one as the office stands now."""
    kept = msgspec.json.decode(found.officials, type=dict[str, Official])
    return kept or present_officials(db, found.drafted_by, found.confirmed_by, date.fromisoformat(found.sent_on or ""))


def partner_address(db: Database, definition: Definition, regency: str) -> tuple[str, str, str]:
    """Who a letter goes to: the centre as the settings call it where it is the one that this office is enrolled at."""
    partner = partner_of(definition)
    if partner.stream != CENTRE_STREAM:
        return f"Yth. Pimpinan {partner.name}", "", "di tempat"
    name = settings.get_setting(db, "office.centre_name")
    place = settings.get_setting(db, "office.centre_place")
    return f"Yth. Kepala {name}", regency, f"di {place or 'tempat'}"


def partner_name(db: Database, definition: Definition) -> str:
    partner = partner_of(definition)
    if partner.stream == CENTRE_STREAM:
        return str(settings.get_setting(db, "office.centre_name"))
    return partner.name


def annex_columns(definition: Definition) -> tuple[PartnerColumn, ...]:
    """The key and the kind, where the file names no others."""
    kinds = [field.id for field in definition.fields if field.choices_from == "kinds"]
    default = (key_field(definition).id, *kinds)
    return partner_of(definition).annex or tuple(PartnerColumn(fields=(name,)) for name in default)


def covering_letter(db: Database, dispatch_id: int, actor: Actor, now: datetime) -> shapes.CoveringLetter:
    found = find_sent_dispatch(db, dispatch_id)
    definition = find_partner_service(db, found.service)
    on = date.fromisoformat(found.sent_on or "")
    words = result_labels(definition)
    lines = queries.list_lines(db, dispatch_id)
    cases = cases_of(db, lines)
    sent = confirmed_at(db, dispatch_id)
    away = case_addresses(db, [line.case_id for line in lines if not line.area])
    columns = annex_columns(definition)
    head = office_letterhead(db)
    by_file = ""
    if found.road == "loket":
        by_file = " atau dengan dokumen jawaban Loket"
    closing = (
        f"Mohon berkas diterima dan {wanted_result(definition)}. Hasil setiap baris mohon "
        f"dijawab pada kolom jawaban di lampiran{by_file}."
    )
    annex = [
        shapes.DispatchLine(
            line=line.ordinal,
            number=line.number,
            name=line.name,
            cells=annex_cells(db, definition, cases[line.case_id], columns, line.again, sent),
            home=away.get(line.case_id, ""),
        )
        for line in lines
    ]
    return shapes.CoveringLetter(
        **paper_base(db, definition, "covering_letter", actor, now),
        number=found.letter,
        on=on,
        subject=f"Pengiriman berkas permohonan {definition.short_name}",
        addressee=tuple(filter(None, partner_address(db, definition, head.regency))),
        dispatch=found.number,
        items=letter_items(definition, found, lines),
        closing=(closing,),
        signer=replace(kept_officials(db, found)["signer"], approved_at=sent),
        heads=tuple(column_heads(definition, columns)),
        secret=secret_words(definition),
        printed=in_small_letters(words["printed"]),
        refused=in_small_letters(words["refused"]),
        lines=tuple(annex),
        qr=with_check(found.number),
    )


def wanted_result(definition: Definition) -> str:
    """What the partner is asked for: `kartunya dicetak`, or `rekening dibuka`, which names its own matter."""
    if partner_of(definition).advises:
        return "pendapat diberikan"
    done = in_small_letters(result_labels(definition)["printed"])
    if " " in done:
        return done
    return f"{with_nya(partner_of(definition).made)} {done}"


def annex_cells(
    db: Database,
    definition: Definition,
    case: CaseFile,
    columns: Sequence[PartnerColumn],
    note: str,
    at: datetime | None,
) -> tuple[tuple[str, str], ...]:
    """(text, note below it) of each column; the note stands below the kind of application."""
    kinds = {field.id for field in definition.fields if field.choices_from == "kinds"}
    texts = [cell_text(cell) for cell in column_cells(db, definition, case, columns, at)]
    noted = [note if kinds & set(column.fields) else "" for column in columns]
    return tuple(zip(texts, noted, strict=True))


def cases_of(db: Database, lines: Iterable[DispatchLineRow]) -> dict[int, CaseFile]:
    return {case.id: case for case in cases_by_id(db, [line.case_id for line in lines])}


def letter_items(
    definition: Definition, found: Dispatch, lines: list[DispatchLineRow]
) -> tuple[shapes.LetterItem, ...]:
    items = [
        shapes.LetterItem(
            text=f"Berkas permohonan {definition.short_name} yang lengkap dan sah",
            count=found.count,
            note="Daftar terlampir",
        )
    ]
    product = sentence_case(partner_of(definition).made)
    back = count_misprints(lines)
    if back:
        items.append(
            shapes.LetterItem(
                text=f"{product} salah cetak yang ditarik, untuk dicetak ulang tanpa biaya",
                count=back,
                note="Lihat keterangan baris",
            )
        )
    if found.road == "loket":
        digest = " ".join(re.findall(".{4}", found.digest[:12].upper()))
        items.append(
            shapes.LetterItem(
                text=f"Catatan elektronik Loket, kode pengaman {digest}", count=1, note="Lewat jaringan atau flashdisk"
            )
        )
    return tuple(items)


def count_misprints(lines: list[DispatchLineRow]) -> int:
    return sum(line.again.startswith("Ulang: salah cetak") for line in lines)


def hand_over_minutes(db: Database, dispatch_id: int, actor: Actor, now: datetime) -> shapes.Minutes:
    """The minutes as they were signed: what else was under way is told as it stood when this dispatch left."""
    found = find_sent_dispatch(db, dispatch_id)
    definition = find_partner_service(db, found.service)
    officials = kept_officials(db, found)
    product = sentence_case(partner_of(definition).made)
    giver = officials["giver"]
    lines = queries.list_lines(db, dispatch_id)
    at = confirmed_at(db, dispatch_id) or now
    previous = queries.dispatches_before(db, found, at, 4)
    checked_at = at if previous else None
    items = [shapes.MinutesItem(text=f"Berkas permohonan, baris 1 sampai {found.count}", count=found.count)]
    if back := count_misprints(lines):
        items.append(shapes.MinutesItem(text=f"{product} salah cetak yang ditarik", count=back))
    return shapes.Minutes(
        **paper_base(db, definition, "minutes", actor, now),
        number=found.minutes,
        at=at,
        dispatch=found.number,
        place=f"Kantor {office_name(db)}",
        giving=shapes.Party(name=giver.name, post=f"{giver.post} {office_name(db)}".strip(), nip=giver.nip),
        receiving=shapes.Party(post=f"Petugas {partner_name(db, definition)}"),
        items=tuple(items),
        witness=officials["witness"],
        previous=tuple(to_paper_balance(dispatch) for dispatch in previous),
        checked_at=checked_at,
        qr=with_check(found.number),
    )


def sheet_columns(definition: Definition) -> tuple[SheetColumn, ...]:
    partner = partner_of(definition)
    words = result_labels(definition)
    heads = column_heads(definition, partner.columns)
    shown = []
    for head, column in zip(heads, partner.columns, strict=True):
        kind: Literal["date", "text"] = "date" if is_day(definition, column) else "text"
        shown.append(SheetColumn(head, column.width, kind))
    return (
        SheetColumn("Baris", 7, "number"),
        SheetColumn("Nomor berkas", 18),
        *shown,
        SheetColumn("Keterangan", 30),
        SheetColumn(f"Jawaban ({in_small_letters(words['printed'])}/{in_small_letters(words['refused'])})", 22),
        SheetColumn(f"{number_label(definition)} / alasan", 36),
    )


def dispatch_spreadsheet(db: Database, dispatch_id: int, now: datetime) -> bytes:
    """The dispatch as XLSX for a partner that runs no Loket; the last two columns are for its answers."""
    found = find_sent_dispatch(db, dispatch_id)
    definition = find_partner_service(db, found.service)
    lines = queries.list_lines(db, dispatch_id)
    columns = partner_of(definition).columns
    words = result_labels(definition)
    cases = cases_of(db, lines)
    rows: list[Sequence[Any]] = []
    for line in lines:
        cells = column_cells(db, definition, cases[line.case_id], columns)
        result = ""
        if not line.open:
            result = in_small_letters(words[line.result])
        rows.append((line.ordinal, line.number, *cells, line.again, result, line.shown or line.reason))
    made_at = confirmed_at(db, dispatch_id) or now
    return write_sheet(
        f"Kirim {found.number}",
        sheet_columns(definition),
        rows,
        made_at=made_at,
        office=office_name(db),
        restricted=True,
    )


def to_paper_balance(dispatch: Dispatch, disputed: int = 0) -> shapes.Balance:
    note = ""
    if disputed:
        note = f"{disputed} jawaban berbeda, belum diselesaikan"
    return shapes.Balance.of(dispatch, dispatch=dispatch.number, note=note)
