"""What changed between two revisions of a service definition, one plain Indonesian sentence per change.

Rows of a table are matched by their key (id, clause, number), so moving a row is no change but renaming its
key is a removal and an addition. Order matters only where it is the content: the order of legal basis, steps
and clauses.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Any, Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import fields

from app.core.procedure.sop import SopRow, sop_rows
from app.core.text import sentence_case
from schema.service_procedure import Definition

_KEYS = ("id", "number", "on", "clause", "no", "value", "kinds", "fact", "label", "title")


class Change(Struct, frozen=True):
    """One change: `table` is the top-level key of the file, `sentence` what changed."""

    table: str
    sentence: str


def revision_changes(old: Definition, new: Definition) -> list[Change]:
    """Every change from `old` to `new`, in the order of the file; an empty list when nothing changed."""
    changes: list[Change] = []
    for field in fields(Definition):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            changes += [Change(field.name, each) for each in _compare_values(WORDS[field.name], before, after)]
    return changes


def _compare_values(where: str, before: Any, after: Any) -> Iterator[str]:
    if _is_table(before) and _is_table(after):
        yield from _compare_tables(where, before, after)
    elif isinstance(before, Struct) and isinstance(after, Struct):
        for field in fields(before):
            old, new = getattr(before, field.name), getattr(after, field.name)
            if old != new:
                yield from _compare_values(f"{where}, {WORDS[field.name]}", old, new)
    elif before in (None, "", ()):
        yield f"{sentence_case(where)} ditambahkan: {_value_text(after)}."
    elif after in (None, "", ()):
        yield f"{sentence_case(where)} dihapus: {_value_text(before)}."
    else:
        yield f"{sentence_case(where)} berubah dari {_value_text(before)} menjadi {_value_text(after)}."


def _compare_tables(where: str, before: Sequence[Struct], after: Sequence[Struct]) -> Iterator[str]:
    old, new = _items_by_key(before), _items_by_key(after)
    for key, item in old.items():
        if key not in new:
            yield f"{sentence_case(where)}: {_item_name(item)} dihapus."
        elif item != new[key]:
            yield from _compare_values(f"{where}: {_item_name(item)}", item, new[key])
    for key, item in new.items():
        if key not in old:
            yield f"{sentence_case(where)}: {_item_name(item)} ditambahkan."
    if [key for key in old if key in new] != [key for key in new if key in old]:
        yield f"{sentence_case(where)}: urutannya berubah."


def _is_table(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Struct) for item in value)


def _items_by_key(items: Sequence[Struct]) -> dict[tuple[object, int], Struct]:
    """Items by their key; a double key (several competence entries of one clause) gets a running number."""
    keyed: dict[tuple[object, int], Struct] = {}
    for item in items:
        key: object = getattr(item, "post", None) if hasattr(item, "education") else None
        key = key or _first_value(item, _KEYS, repr(item))
        number = sum(known == key for known, _ in keyed)
        keyed[(key, number)] = item
    return keyed


def _item_name(item: Struct) -> str:
    number = str(_first_value(item, ("clause", "number", "no"), ""))
    texts = ("label", "title", "name", "holder", "post", "sentence", "text", "rule", "fact", "printed", "note")
    text = _first_value(item, texts, "")
    short = text if len(text) <= 60 else text[:57].rstrip() + "…"
    quoted = f"“{short}”" if short else ""
    return f"{number} {quoted}".strip()


def _first_value(item: Struct, names: Iterable[str], otherwise: str) -> Any:
    """The value of the first of these fields that is there and filled."""
    return next(filter(None, (getattr(item, name, None) for name in names)), otherwise)


def _value_text(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, date):
        return value.strftime("%d-%m-%Y")
    if isinstance(value, Struct):
        return _item_name(value) or "isian baru"
    if isinstance(value, tuple):
        return "; ".join(_value_text(item) for item in value) or "kosong"
    if value == "":
        return "kosong"
    return f"“{value}”" if isinstance(value, str) else str(value)


WORDS = {
    "details": "daftar isian surat",
    "messages": "SMS kepada pemohon",
    "before_promise": "hari sebelum janji",
    "handed_by": "diserahkan di loket oleh",
    "gives": "yang diberikan mitra",
    "registration": "yang boleh mendaftarkan",
    "reserved": "tampil redup bagi jabatan lain",
    "villages": "desa",
    "actor": "pelaksana",
    "actors": "pelaksana",
    "after": "lewat sesudah",
    "attends": "menurut jadwal",
    "again": "dijadwalkan lagi",
    "capacity": "orang per slot",
    "clothing": "pakaian",
    "counts_as": "dihitung sebagai",
    "final": "keadaan akhir",
    "from_states": "dari keadaan",
    "giver": "penanda tangan",
    "giver_heading": "sebutan penanda tangan",
    "hours": "jam",
    "look": "tampilan",
    "move": "langkah orang",
    "moves": "langkah orang",
    "needs_people": "perlu keadaan semua orang",
    "one_open": "satu daftar terbuka per orang",
    "opening": "kalimat pembuka",
    "people": "daftar orang",
    "receiver": "penerima",
    "schedule": "jadwal",
    "signed": "kolom tanda tangan",
    "states": "keadaan orang",
    "also": "pelaksana lain",
    "also_asked": "aturan lain",
    "amount": "banyaknya",
    "annex_of": "lampiran dari",
    "answer": "langkah menunggu jawaban",
    "answers": "jawaban mitra",
    "annex": "kolom lampiran",
    "address": "isian alamat",
    "box": "kotak SOP",
    "boxes": "kotak SOP",
    "chronology": "kronologi dokumen",
    "distribution": "daftar distribusi",
    "effective_on": "tanggal efektif",
    "equipment": "peralatan/perlengkapan",
    "holder": "pemegang",
    "inferred_because": "alasan pelaksana disimpulkan",
    "inspect": "yang diperiksa penerima",
    "on": "tanggal",
    "on_paper": "ditandatangani di kertas",
    "qualification": "kualifikasi pelaksana",
    "records": "pencatatan dan pendataan",
    "relation": "keterkaitan",
    "running_head": "kepala halaman",
    "statuses": "status dokumen",
    "supplied": "isi dari program",
    "head": "judul kolom",
    "warning": "peringatan",
    "width": "lebar",
    "arrive": "langkah kedatangan",
    "asks": "yang ditulis",
    "at_least": "paling sedikit",
    "below": "di bawah",
    "branches": "cabang",
    "by_hand": "dipilih petugas",
    "by_word_of": "boleh disampaikan lisan oleh",
    "case_code": "kode nomor",
    "case_number": "pola nomor",
    "choices": "pilihan",
    "choices_from": "sumber pilihan",
    "clause": "klausul",
    "clauses": "isi",
    "code": "kode",
    "column": "judul kolom",
    "columns": "kolom tabel",
    "copying": "aturan penggandaan",
    "competence": "kompetensi pelaksana",
    "confirmed": "perlu dipastikan petugas",
    "conditions": "ketentuan",
    "days": "jumlah hari",
    "description": "uraian",
    "detail": "rincian",
    "differs_reason": "alasan bila berbeda",
    "early": "sejak angka pertama rentang",
    "document_kind": "jenis dokumen",
    "documents": "dokumen jaminan",
    "education": "pendidikan",
    "enabled": "dinyalakan",
    "equals": "sama dengan",
    "exits": "akhir permohonan",
    "expected": "yang diminta",
    "experience": "pengalaman kerja",
    "explanation": "penjelasan",
    "facilities": "sarana",
    "fact": "fakta",
    "fee": "biaya",
    "fields": "kolom formulir",
    "files": "foto dan pindaian",
    "first": "yang pertama",
    "form": "bentuk naskah",
    "form_box": "kotak formulir",
    "form_codes": "kode formulir",
    "form_sections": "bagian formulir",
    "format": "versi format berkas",
    "from_age": "dihitung sejak umur",
    "from_age_unless": "dihitung sejak umur, kecuali",
    "from_steps": "dari langkah",
    "full_number": "nomor lengkap",
    "group": "kelompok",
    "hand_over": "langkah penyerahan",
    "height": "tinggi",
    "hint": "petunjuk",
    "history": "kalimat riwayat",
    "id": "kode",
    "identity": "identitas dokumen",
    "issued_on": "tanggal terbit",
    "keeps_promise": "memenuhi janji",
    "kept_on": "janji terpenuhi pada",
    "key": "kolom kunci",
    "kept_on_alternative": "janji terpenuhi pada (pilihan lain)",
    "kinds": "jenis permohonan",
    "label": "nama",
    "last": "yang terakhir",
    "least": "paling sedikit",
    "legal_basis": "dasar hukum",
    "level": "akibat",
    "limits": "batas waktu",
    "mandatory": "wajib",
    "mask": "penyamaran",
    "max_kb": "ukuran terbesar (KB)",
    "max_length": "panjang terbesar",
    "may_repeat": "boleh orang yang sama",
    "meaning": "arti keadaan",
    "minutes": "menit",
    "missing_reason": "alasan bila kurang",
    "most": "paling banyak",
    "name": "nama",
    "needs_complete": "perlu syarat lengkap",
    "needs_files": "perlu foto atau pindaian",
    "needs_pin": "perlu PIN",
    "needs_reason": "perlu alasan",
    "next_sentence": "kalimat langkah berikutnya",
    "no": "nomor baris",
    "no_training": "pelatihan tidak dipersyaratkan",
    "no_row_because": "sebab tanpa baris prosedur",
    "not_one_of": "bukan salah satu dari",
    "note": "catatan",
    "number": "nomor",
    "observed": "yang terlihat",
    "office": "kantor",
    "one_of": "salah satu dari",
    "one_open_per": "satu permohonan terbuka per",
    "one_open_with": "satu permohonan terbuka, dibedakan juga menurut",
    "outcome": "hasil",
    "outcomes": "hasil",
    "output": "output",
    "papers": "kelengkapan",
    "partner": "mitra",
    "pauses": "alasan jeda",
    "place": "tempat berkas",
    "places": "tempat berkas",
    "post": "jabatan",
    "printed": "naskah cetak",
    "printed_number": "nomor pada naskah cetak",
    "printed_title": "judul pada naskah cetak",
    "product": "produk layanan",
    "promise": "janji waktu",
    "quantity": "jumlah",
    "question": "pertanyaan",
    "range": "rentang",
    "ratio": "perbandingan sisi",
    "readings": "bacaan lain",
    "reading": "bacaan yang benar",
    "reasons": "daftar alasan",
    "remark": "keterangan",
    "reopens_promise": "membuka kembali janji",
    "reopens_to": "dibuka kembali ke",
    "repair": "langkah perbaikan",
    "required": "wajib diisi",
    "requirements": "persyaratan",
    "restarts_on": "berjalan lagi pada",
    "revised_on": "tanggal revisi",
    "revision": "nomor revisi",
    "role": "peran",
    "roles": "peran petugas",
    "row": "baris bagan alir",
    "rows": "baris prosedur",
    "rule": "aturan",
    "rupiah": "rupiah",
    "say": "kalimat untuk pemohon",
    "search_hint": "petunjuk pencarian",
    "searchable": "dapat dicari",
    "section": "bagian",
    "sections": "naskah klausul",
    "send": "langkah pengiriman",
    "sentence": "kalimat",
    "short": "nama pendek",
    "short_label": "nama pendek",
    "short_name": "nama pendek",
    "shows": "isi bagian",
    "side": "langkah samping",
    "signatories": "penanda tangan",
    "signed_by": "ditandatangani oleh",
    "skills": "keterampilan",
    "special": "halaman khusus",
    "staff": "jumlah personil",
    "standard_time": "waktu baku hitungan",
    "starts_on": "mulai pada",
    "starts_promise": "memulai janji",
    "state_label": "nama keadaan",
    "steps": "langkah",
    "stops": "langkah yang terhenti tanpanya",
    "stops_on": "berhenti pada",
    "stream": "jalur",
    "superseded_by": "digantikan oleh",
    "supervision": "pengawasan",
    "derived_facts": "fakta turunan",
    "even_year": "tahun genap",
    "odd_year": "tahun ganjil",
    "field": "kolom",
    "surrendered": "diserahkan saat mengambil",
    "symbol": "simbol",
    "taken_by_one": "diambil satu orang",
    "tables": "tabel",
    "tells": "yang diberi tahu",
    "text": "teks",
    "time": "waktu baku",
    "title": "judul",
    "to": "tujuan",
    "topic": "pokok bagian",
    "tolerance": "selisih yang boleh",
    "training": "pelatihan",
    "type": "jenis isian",
    "types": "jenis berkas",
    "unit": "satuan",
    "valid_from": "berlaku mulai",
    "valid_until": "berlaku sampai",
    "value": "nilai",
    "waits_for": "menunggu",
    "when": "hanya bila",
    "addressed_to": "alamat surat",
    "attachment": "lampiran",
    "classification": "kode klasifikasi",
    "copies": "tembusan",
    "direction": "arah surat",
    "initials": "paraf berurutan",
    "letter": "surat",
    "letter_date": "tanggal surat",
    "letter_number": "nomor surat",
    "letters": "surat",
    "needs_letter": "surat yang harus ada",
    "sender": "pengirim",
    "subject": "hal surat",
    "urgency": "sifat surat",
}


CELLS = (
    ("title", "Kegiatan"),
    ("performers", "Pelaksana"),
    ("papers", "Kelengkapan"),
    ("time", "Waktu"),
    ("output", "Output"),
    ("remark", "Keterangan"),
    ("inferred", "Pelaksana disimpulkan"),
    ("clause", "Butir"),
    ("symbol", "Simbol"),
    ("clock", "Waktu hitungan"),
    ("branches", "Cabang"),
)
LIKE = 0.6
"""From this share of equal letters on two titles are one step under a new wording."""
NEAR = 20
"""A step under a new wording is looked for so many places up and down; under its own it is found anywhere."""


RowKind = Literal["same", "added", "removed", "moved", "changed"]
ROW_WORDS = {"same": "Tetap", "added": "Ditambahkan", "removed": "Dihapus", "changed": "Diubah"}


class Piece(NamedTuple):
    """Words of a cell that stayed, came or went."""

    kind: Literal["same", "added", "removed"]
    text: str


class RowDifference(NamedTuple):
    """What became of a step: its old and new number (None: it had or has none) and the pieces of each changed cell."""

    kind: RowKind
    old_no: int | None
    new_no: int | None
    title: str
    cells: tuple[tuple[str, tuple[Piece, ...]], ...] = ()

    @property
    def word(self) -> str:
        return ROW_WORDS.get(self.kind, f"Pindah dari nomor {self.old_no}")


class Difference(NamedTuple):
    """`rows` in the new order, each removed step after the one that it followed; `others` is what changed elsewhere."""

    rows: tuple[RowDifference, ...]
    others: tuple[Change, ...]

    @property
    def is_empty(self) -> bool:
        return not self.others and all(row.kind == "same" for row in self.rows)


def compare_revisions(old: Definition, new: Definition) -> Difference:
    before, after = sop_rows(old), sop_rows(new)
    pairs = _pair_rows(before, after)
    stayed = _kept_order([pairs[i] for i in range(len(after)) if i in pairs])
    old_numbers = {after[i].no: before[j].no for i, j in pairs.items()}
    rows = []
    for i, row in enumerate(after):
        if i in pairs:
            rows.append(_compare_row(before[pairs[i]], row, pairs[i] not in stayed, old_numbers))
        else:
            rows.append(RowDifference("added", None, row.no, row.title))
    gone = [i for i in range(len(before)) if i not in pairs.values()]
    for i in reversed(gone):
        place = next((n + 1 for n, row in enumerate(rows) if i and row.old_no == before[i - 1].no), 0)
        rows.insert(place, RowDifference("removed", before[i].no, None, before[i].title))
    others = tuple(change for change in revision_changes(old, new) if change.table != "rows")
    return Difference(tuple(rows), others)


def _pair_rows(before: Sequence[SopRow], after: Sequence[SopRow]) -> dict[int, int]:
    """Place in the new table → place in the old one: same title first, then the likeliest new wording near it."""
    pairs: dict[int, int] = {}
    likely = []
    for i, new in enumerate(after):
        for j, old in enumerate(before):
            if old.title == new.title or abs(i - j) <= NEAR:
                likely.append((likeness(old.title, new.title), -abs(i - j), i, j))
    for ratio, _, i, j in sorted(likely, reverse=True):
        if ratio >= LIKE and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs


def likeness(old: str, new: str) -> float:
    """The share of equal letters of two titles; 0 where a quick look shows that it is below :data:`LIKE`."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    quick = matcher.real_quick_ratio() >= LIKE and matcher.quick_ratio() >= LIKE
    return matcher.ratio() if quick else 0.0


def _kept_order(places: Sequence[int]) -> list[int]:
    """Old places whose order stayed: the longest rising run; whoever is not in it was moved."""
    rising: list[list[int]] = [[]]
    for place in places:
        before = max((run for run in rising if not run or run[-1] < place), key=len)
        rising.append([*before, place])
    return max(rising, key=len)


def _compare_row(old: SopRow, row: SopRow, moved: bool, old_numbers: Mapping[int, int]) -> RowDifference:
    """A step in both revisions. An answer that leads to the same step as before has not changed, whatever its name."""
    led = tuple((label, old_numbers.get(no, 0)) for label, no in row.targets)
    cells = []
    for name, word in CELLS:
        before, after = getattr(old, name), getattr(row, name)
        if before != after and (name != "branches" or led != old.targets):
            cells.append((word, tuple(compare_words(before, after))))
    kind: RowKind = "changed" if cells else "same"
    if moved:
        kind = "moved"
    return RowDifference(kind, old.no, row.no, row.title, tuple(cells))


def compare_words(old: str, new: str) -> Iterator[Piece]:
    """The words that stayed, went and came, in reading order."""
    before, after = old.split(), new.split()
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(before[a:b]))
        else:
            if a < b:
                yield Piece("removed", " ".join(before[a:b]))
            if c < d:
                yield Piece("added", " ".join(after[c:d]))
