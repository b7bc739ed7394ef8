"""Lines of the complaint book whose complainant a person is: by the code of his slip, else by name for those who may
see who complained. A line that only tells about somebody is no data that he may ask for (UU 27/2022 art. 33)."""

from app.core.codes import check_code
from app.core.holdings import HeldPage, Holding, Processing, Sought, filled_pairs
from app.core.permissions import Actor, may
from app.core.problems import ValueProblem
from app.platform.files.queries import files_of
from app.room import Kept
from app.services.complaints.queries import find_slip, is_second_word
from app.services.complaints.records import rules
from app.services.complaints.tables import Complainant, Complaint, ComplaintScan
from app.services.complaints.words import CHANNELS
from schema.database import Database, first_column

FOUND = "SELECT complaint_id FROM complainant WHERE name LIKE ?1 OR (?2 <> '' AND instr(contact, ?2) > 0)"


def find_holdings(db: Database, actor: Actor, sought: Sought) -> list[Holding]:
    by_slip = line_of_slip(db, sought.code, sought.word)
    ids = {by_slip} if by_slip else set[int]()
    if may(actor, "complaint.identity"):
        ids |= set(first_column(db, FOUND, (sought.like, sought.phone)))
    found: list[Holding] = []
    if not ids:
        return found
    for line in Complaint.rows(db, id=tuple(ids), order="id"):
        who = Complainant.first(db, complaint_id=line.id)
        sure = line.id == by_slip
        if sure or (who and (sought.is_named_in(who.name) or is_called_at(sought, who.contact))):
            found.append(hold_line(db, line, who, sure))
    return found


def is_called_at(sought: Sought, contact: str) -> bool:
    """Whether a contact holds his telephone number; of who gave none it says nothing."""
    return bool(sought.phone) and sought.phone in contact


def line_of_slip(db: Database, code: str, word: str) -> int:
    """The line that a slip opens, with its second word where it has one; or 0."""
    try:
        plain = check_code(code) if code else ""
    except ValueProblem:
        return 0
    slip = None
    if plain:
        slip = find_slip(db, plain)
    if slip is None or slip.replaced_at or (slip.second_word and not is_second_word(word, plain, slip.second_word)):
        return 0
    return slip.complaint_id


def hold_line(db: Database, line: Complaint, who: Complainant | None, sure: bool) -> Holding:
    """A line with its words, where the slip proves that they are his; else only who wrote it and how to ask him."""
    told = [("Diterima", line.received_on), ("Lewat", CHANNELS[line.channel])]
    if sure:
        told += [("Pengaduan", line.words), ("Harapan", line.hope)]
    if who:
        told += [("Nama", who.name), ("Alamat", who.address), ("Kontak", who.contact)]
    told += [("Pindaian", row.at[:10]) for row in ComplaintScan.rows(db, complaint_id=line.id, order="id")]
    told += [("PDF surat jawaban", file.at[:10]) for file in files_of(db, f"complaint/{line.id}")]
    values = filled_pairs(told)
    page = HeldPage("complaints.show_line", {"complaint_id": line.id})
    return Holding("Pengaduan", f"Pengaduan {line.number}", values, sure, f"complaint/{line.id}", page)


PROCESSING = (
    Processing(
        activity="Buku pengaduan dan kotak saran",
        subjects="Pengadu dan orang yang disebut dalam pengaduan",
        data="Kata-kata pengadu; nama, alamat, dan kontak bila diberikan; pindaian slip",
        purpose="Menindaklanjuti dan menjawab pengaduan, menyusun rekap tanpa nama",
        basis="Pasal 20 ayat (2) huruf c dan e",
        records=("complaint",),
        protection="Boleh tanpa nama; nama hanya dibuka peran yang berwenang dan setiap pembukaan tercatat",
    ),
)


KEPT = Kept(rules=rules, find=find_holdings, processing=PROCESSING)
