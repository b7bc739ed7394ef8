"""What changed between two revisions of a service definition, one plain Indonesian sentence per change.

Rows of a table are matched by their key (id, clause, number), so moving a row is no change but renaming its
key is a removal and an addition. Order matters only where it is the content: the order of legal basis, steps
and clauses.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import fields

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
        before = getattr(old, field.name)
        after = getattr(new, field.name)
        if before != after:
            changes += [Change(field.name, each) for each in _compare_values(WORDS[field.name], before, after)]
    return changes


def _compare_values(where: str, before: Any, after: Any) -> Iterator[str]:
    if _is_table(before) and _is_table(after):
        yield from _compare_tables(where, before, after)
    elif isinstance(before, Struct) and isinstance(after, Struct):
        for field in fields(before):
            old = getattr(before, field.name)
            new = getattr(after, field.name)
            if old != new:
                yield from _compare_values(f"{where}, {WORDS[field.name]}", old, new)
    elif before in (None, "", ()):
        yield f"{sentence_case(where)} ditambahkan: {_value_text(after)}."
    elif after in (None, "", ()):
        yield f"{sentence_case(where)} dihapus: {_value_text(before)}."
    else:
        yield f"{sentence_case(where)} berubah dari {_value_text(before)} menjadi {_value_text(after)}."


def _compare_tables(where: str, before: Sequence[Struct], after: Sequence[Struct]) -> Iterator[str]:
    old = _items_by_key(before)
    new = _items_by_key(after)
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
    if len(text) <= 60:
        short = text
    else:
        short = text[:57].rstrip() + "…"
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
    if isinstance(value, str):
        return f"“{value}”"
    return str(value)


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
