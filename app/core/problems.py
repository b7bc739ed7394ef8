"""One catalogue of everything that can be wrong, each with its HTTP status and Indonesian sentence.

Services raise; one handler in app/platform/web draws page, fragment or JSON. Sentences say what is wrong and what to
do.
"""

from __future__ import annotations

import errno
import unicodedata
from collections.abc import Container, Mapping
from typing import TypeVar

import msgspec

Thing = TypeVar("Thing")


class Entry(msgspec.Struct, frozen=True):
    """Status and sentence of one problem; `{name}` parts are filled by :meth:`Problem.of`."""

    status: int
    sentence: str


SENTENCES: dict[str, str] = {
    "close_unsatisfied": "Pengadu menyatakan belum puas. Tulis mengapa tetap dinyatakan selesai, paling panjang 300 "
    "huruf, atau jawab sekali lagi.",
    "who_may": "Pekerjaan ini bukan wewenang peran Anda. Yang berwenang: {roles}.",
    "reason": "Tulis alasannya.",
    "sms_without_number": "Tulis nomor seluler Indonesia di Nomor telepon, atau kosongkan centang SMS.",
    "choose": "Pilih salah satu dari daftar.",
    "choose_one": "Pilih salah satu.",
    "intake": "Tulis angkatannya, misalnya 2026.",
    "answer_file": "Pilih dokumen XLSX atau CSV, paling besar 5 MB.",
    "choose_from_list": "Pilih dari daftar.",
    "status": "Pilih status dari daftar.",
    "pledge_due": "Isi batasnya, misalnya 01062026.",
    "pin": "Isi PIN 6 angka.",
    "done": "Tulis apa yang sudah dilakukan.",
    "done_briefly": "Tulis apa yang sudah dilakukan, paling panjang 300 huruf.",
    "print_again": "Cetak sekali lagi; yang tadi tidak dihitung.",
    "print_right": "Kertas keluar dengan benar.",
    "draft_dropped": "Draf dibuang.",
    "basis": "Tulis dasarnya, misalnya menelepon siapa.",
    "one_case": "Centang paling sedikit satu berkas.",
    "username": "Isi nama pengguna.",
    "password": "Isi kata sandi.",
    "first_password": "Isi kata sandi sementara.",
    "copy_chosen": "Folder salinan disimpan. Salinan pertama selesai dalam beberapa menit; lihat Keadaannya.",
    "copy_ended": "Salinan tiap menit tidak dipakai lagi. Yang sudah tersalin tetap ada di foldernya.",
    "key_confirmed": "Kunci pemulihan dipastikan. Cadangan sekarang dibuat sendiri setiap malam.",
    "back_up_today": "Buat cadangan baru hari ini.",
    "pledge_past": "Batas janji tidak boleh sudah lewat.",
    "why_corrected": "Tulis mengapa diperbaiki.",
    "village": "Pilih desa dari daftar.",
    "kecamatan": "Pilih kecamatan dari daftar.",
    "office_name": "Tulis nama kantor.",
    "office_code": "Isi kode kantor: enam angka yang tidak dipakai kantor lain.",
    "received_future": "Tanggal terima tidak boleh di masa depan.",
    "note_saved": "Catatan disimpan.",
    "clock_is_right": "Jam komputer sudah wajar; tidak ada yang perlu dipastikan.",
    "clock_compared": "Tulis dengan apa jam dicocokkan.",
    "up_to_999999": "Antara 1 dan 999.999.",
    "up_to_999": "Antara 1 dan 999.",
    "regency": "Isi nama kabupaten, provinsi, atau instansi induknya.",
    "text_first": "Tulis isinya dulu.",
    "not_aside": "Baris ini tidak sedang disisihkan.",
    "no_such_line": "Baris dengan nomor itu tidak ada.",
    "one_cause": "Tulis paling sedikit satu sebab.",
    "what_was_worked": "Tulis apa yang sudah dikerjakan.",
    "how_seen": "Tulis bagaimana dan apa yang dilihat.",
    "from_day": "Isi tanggal mulai.",
    "until_before_from": "Tanggal akhir lebih dulu daripada tanggal mulai.",
    "post": "Pilih jabatan dari daftar.",
    "scan_attached": "Pindaian dilampirkan.",
    "letter_number": "Tulis nomor surat seperti tercetak.",
    "letter_sender": "Tulis pengirim suratnya.",
    "letter_subject": "Tulis hal suratnya.",
    "what_to_mend": "Tulis apa yang harus diperbaiki.",
    "letter_receiver": "Tulis nama orang yang mengambil surat ini.",
    "sending_proof": "Tulis buktinya: siapa yang menerima, atau nomor resi.",
    "letter_to": "Tulis kepada siapa surat ini.",
    "letter_text": "Tulis isi suratnya.",
    "action_due": "Isi batas waktunya, misalnya 10042026.",
    "conclusion": "Tulis kesimpulannya.",
    "not_in_future": "Tanggal tidak boleh di masa depan.",
    "reached_on": "Isi tanggal penyerahannya.",
    "reached_by": "Tulis siapa yang menerimanya, paling panjang 100 huruf.",
    "file_first": "Pilih dulu dokumennya.",
    "picture_file": "Ini gambar. Yang dapat diimpor hanya dokumen Excel (.xlsx) atau CSV.",
}
"""What fields and toasts say in more than one place, by what is asked or told."""

CATALOGUE: dict[str, Entry] = {
    "invalid": Entry(422, "Ada isian yang perlu diperbaiki. Isian lain tetap tersimpan."),
    "forbidden": Entry(403, "Pekerjaan ini bukan wewenang peran Anda. Minta petugas yang berwenang melakukannya."),
    "other_section": Entry(
        403,
        "Ini pekerjaan {section}. Kepala seksi lain hanya membaca berkasnya. Minta {head} atau pejabat yang ditunjuk; "
        "kepala seksi ditetapkan {overseer} di pengaturan pengaduan.",
    ),
    "sign_in": Entry(401, "Silakan masuk dulu."),
    "wrong_password": Entry(401, "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil."),
    "password_over": Entry(
        401,
        "Kata sandi sementara ini berlaku tiga hari dan sudah lewat. Minta yang baru kepada Sekretaris atau "
        "administrator; bila tidak ada yang lain, dengan perintah reset-admin di komputer Loket.",
    ),
    "too_many_tries": Entry(429, "Terlalu banyak percobaan. Tunggu {minutes} menit, lalu coba lagi."),
    "wrong_code": Entry(422, "Kode tidak cocok. Ketik kode yang sedang tampil di aplikasi, atau satu kode cadangan."),
    "code_missing": Entry(422, "Isi juga kode dari ponsel."),
    "code_used": Entry(422, "Kode ini sudah dipakai. Tunggu kode berikutnya di ponsel, lalu ketik."),
    "code_waits": Entry(
        423, "Data ini baru dipulihkan. Kode dari ponsel diterima lagi {when}; dua kode cadangan diterima sekarang."
    ),
    "spare_pair": Entry(
        422,
        "Data ini pernah dipulihkan dari cadangan, jadi satu kode cadangan tidak cukup. Ketik dua kode cadangan yang "
        "berbeda dan belum dicoret, dipisah spasi.",
    ),
    "clock_differs": Entry(
        422, "Jam ponsel dan jam komputer ini berselisih. Tunggu kode berikutnya di ponsel, lalu ketik juga."
    ),
    "code_elsewhere": Entry(
        422,
        "Kode ponsel Anda dipasang di komputer lain atau sebelum data dipulihkan, jadi tidak berlaku di sini. Pakai "
        "kode cadangan, lalu pasang lagi di halaman Saya.",
    ),
    "wrong_pin": Entry(422, "PIN tidak cocok. Sisa percobaan {left}."),
    "pin_locked": Entry(
        423,
        "PIN terkunci di sini karena salah berkali-kali. Pakai komputer tempat Anda biasa memakai PIN, atau buat PIN "
        "baru di halaman Saya dengan kata sandi Anda.",
    ),
    "pin_needs_password": Entry(
        423, "PIN salah lima kali di layar ini. Buka layar dengan kata sandi Anda; PIN Anda tetap berlaku."
    ),
    "pin_missing": Entry(422, "Anda belum punya PIN. Buat dulu di halaman Saya."),
    "pin_waits": Entry(
        423,
        "PIN Anda baru dibuat dan berlaku untuk menyetujui mulai {when}. Jika perlu lebih cepat, temui petugas yang "
        "boleh menjaminnya (menu Persetujuan kedua). Isian tetap tersimpan.",
    ),
    "own_authority": Entry(
        409,
        "Hak diri sendiri tidak diubah sendiri. Minta petugas lain mengusulkannya; yang menyetujui pun bukan Anda.",
    ),
    "second_needed": Entry(409, "{why}"),
    "pin_elsewhere": Entry(
        422,
        "PIN Anda dibuat di komputer lain atau sebelum data dipulihkan, jadi tidak berlaku di sini. Buat PIN baru di "
        "halaman Saya dengan kata sandi Anda.",
    ),
    "not_found": Entry(404, "{what} tidak ditemukan. Periksa nomornya atau cari dari kotak pencarian."),
    "state": Entry(409, "{what} sudah berubah: {state}. Muat ulang halaman untuk melihat keadaannya sekarang."),
    "reason_needed": Entry(422, SENTENCES["reason"]),
    "open_case": Entry(
        409, "Orang ini masih punya berkas yang berjalan: {number}. Buka berkas itu, jangan membuat baru."
    ),
    "recorded_before": Entry(409, "NIK ini sudah pernah direkam ({when}). Perekaman hanya satu kali (SP 4.5)."),
    "not_recorded": Entry(409, "Berkas {number} belum mencatat perekaman. Catat dulu sebelum dikirim."),
    "incomplete": Entry(409, "Berkas belum lengkap: {items}."),
    "empty_dispatch": Entry(422, "Pengiriman masih kosong. Pilih paling sedikit satu berkas."),
    "second_person": Entry(409, "Pemeriksaan kedua harus oleh orang lain, bukan yang mengetiknya."),
    "series": Entry(422, "Penomoran {name} belum diatur. Minta administrator mengaturnya di Pengaturan."),
    "number_taken": Entry(409, "Nomor {number} sudah dipakai. Periksa buku agenda, lalu tulis nomor lain."),
    "not_ready": Entry(409, "Kantor belum disiapkan. Buka halaman persiapan dan isi identitas kantor."),
    "standard": Entry(
        409,
        "Standar pelayanan belum berlaku di kantor ini. Yang berwenang menandatanganinya berurutan di halaman Standar.",
    ),
    "standard_later": Entry(
        409,
        "Standar pelayanan baru berlaku {first}, sedangkan komputer menunjuk {on}. Bila tanggal itu salah, betulkan "
        "jam komputer, lalu ulangi. Isian tetap tersimpan.",
    ),
    "print_failed": Entry(500, "Kertas gagal dibuat: {why}. Data tidak berubah; coba lagi."),
    "disk_full": Entry(
        507,
        "Ruang simpan penuh. Yang terakhir belum tersimpan; yang sudah tersimpan tidak berubah. Kosongkan ruang di "
        "komputer Loket (di luar folder data, juga tempat sampahnya), lalu ulangi.",
    ),
    "busy": Entry(503, "Basis data sedang dipakai program lain. Tunggu sebentar, lalu ulangi."),
    "read_only": Entry(
        503,
        "Basis data hanya dapat dibaca. Yang terakhir belum tersimpan; melihat berkas tetap bisa. Periksa apakah "
        "disknya terpasang baca-saja dan apakah folder data milik pengguna yang menjalankan Loket, lalu ulangi.",
    ),
    "no_permission": Entry(
        503,
        "Folder data atau dokumen di dalamnya tidak boleh dibuka oleh pengguna komputer yang menjalankan Loket. "
        "Kembalikan pemilik dan izinnya, lalu ulangi.",
    ),
    "cannot_open": Entry(
        503,
        "Basis data tidak dapat dibuka. Periksa apakah disknya terpasang, apakah folder data boleh ditulisi pengguna "
        "yang menjalankan Loket, dan apakah masih ada ruang, lalu ulangi.",
    ),
    "disk_error": Entry(
        500,
        "Disk gagal dibaca atau ditulis. Yang terakhir belum tersimpan. Hentikan Loket, periksa kabel dan kesehatan "
        "disk, buat cadangan ke flashdisk bila masih dapat, baru hidupkan lagi.",
    ),
    "damaged": Entry(500, "Basis data rusak. Berhenti menulis di Loket dan pulihkan cadangan terakhir:"),
    "not_database": Entry(
        500, "Yang ada di tempat basis data bukan basis data Loket. Jangan ditimpa; pulihkan cadangan terakhir:"
    ),
    "server_away": Entry(
        503,
        "Server PostgreSQL tidak menjawab. Periksa apakah server itu hidup, tunggu sebentar, lalu ulangi.",
    ),
    "too_large": Entry(413, "Isian atau dokumen terlalu besar. Batasnya {limit}."),
    "bad_file": Entry(422, "{why}"),
    "conflict": Entry(409, "{why}"),
}


class Problem(Exception):
    """Something an officer can put right. `fields` maps field names to their own sentences."""

    def __init__(self, code: str, status: int, sentence: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.status = status
        self.sentence = sentence
        self.fields: dict[str, str] = dict(fields or {})

    @classmethod
    def of(cls, code: str, fields: Mapping[str, str] | None = None, **details: object) -> Problem:
        entry = CATALOGUE[code]
        return cls(code, entry.status, entry.sentence.format(**details), fields)


def check_found(found: Thing | None, what: str) -> Thing:
    """What was looked for. Raises Problem `not_found` where it is not there."""
    if found is None:
        raise Problem.of("not_found", what=what)
    return found


def check_known(name: str, known: Container[str], what: str) -> None:
    """Raises Problem `not_found` for a name that is not among the known ones."""
    if name not in known:
        raise Problem.of("not_found", what=what)


def check_nothing_wrong(wrong: Mapping[str, str]) -> None:
    """Refuse a form for what is wrong in its fields, name → sentence. Raises Problem `invalid` unless it is empty."""
    if wrong:
        raise Problem.of("invalid", wrong)


class ValueProblem(ValueError):
    """Raised by a value type for what was typed. `sentence` is Indonesian and holds no personal number."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def describe_character(character: str) -> str:
    """`huruf “O”`, `tanda “/”`, or a description of what cannot be printed."""
    if not character.isprintable() or unicodedata.category(character)[0] in "CMZ":
        return "tanda yang tidak terlihat"
    if character.isalpha():
        return f"huruf “{character}”"
    return f"tanda “{character}”"


RESTORE_STEPS = (
    "Hentikan Loket di komputer ini.",
    "Salin seluruh folder data ke disk lain apa adanya; jangan hapus dan jangan timpa apa pun.",
    "Siapkan dokumen cadangan terbaru dan kunci pemulihan dari tempat terkunci.",
    "Jalankan: python3 run.py restore DOKUMEN --replace (pusat: tambahkan --side centre).",
    "Jalankan: python3 run.py verify, lalu hidupkan Loket.",
    "Lembar lengkapnya: Panduan administrator, Cadangan dan pemulihan.",
)
"""What a damaged file leads to; the printed page in docs/administrators.md says the same at length."""

DATABASE_ERRORS = {
    "FullError": "disk_full",
    "BusyError": "busy",
    "LockedError": "busy",
    "ReadOnlyError": "read_only",
    "CorruptError": "damaged",
    "FormatError": "damaged",
    "NotADBError": "not_database",
    "IOError": "disk_error",
    "CantOpenError": "cannot_open",
    "PermissionsError": "no_permission",
    # PostgreSQL
    "DiskFull": "disk_full",
    "SerializationFailure": "busy",
    "DeadlockDetected": "busy",
    "ReadOnlySqlTransaction": "server_away",
    "DataCorrupted": "damaged",
    "IndexCorrupted": "damaged",
    "AdminShutdown": "server_away",
    "CrashShutdown": "server_away",
    "CannotConnectNow": "server_away",
}
"""Names of errors of apsw and psycopg; peewee wraps them, the cause keeps the name."""
DRIVERS = ("apsw", "psycopg")
SYSTEM_ERRORS = {
    errno.ENOSPC: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "read_only",
    errno.EIO: "disk_error",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
}
if hasattr(errno, "EDQUOT"):
    SYSTEM_ERRORS[errno.EDQUOT] = "disk_full"
NO_ROOM = (778, 1546, 4618, 4874)
"""SQLITE_IOERR_WRITE, _TRUNCATE, _SHMOPEN, _SHMSIZE: a file that could not grow, by a quota or a limit of the file
system, where a full disk would mostly be SQLITE_FULL."""


def storage_problem(error: BaseException) -> Problem | None:
    """The problem that an error of disk or database is, itself or among its causes; None for any other error."""
    for cause in error_chain(error):
        if isinstance(cause, Problem):
            return None
        code = problem_code(cause)
        if code in ("damaged", "not_database"):
            return Problem.of(code, {str(n): step for n, step in enumerate(RESTORE_STEPS, 1)})
        if code:
            return Problem.of(code)
    return None


def problem_code(error: BaseException) -> str:
    kind = type(error)
    if kind.__module__.split(".")[0] in DRIVERS:
        if getattr(error, "extendedresult", 0) in NO_ROOM:
            return "disk_full"
        if kind.__module__ != "apsw" and kind.__name__ in ("OperationalError", "InterfaceError"):
            return "server_away"
        return DATABASE_ERRORS.get(kind.__name__, "")
    if isinstance(error, OSError):
        about_a_file = error.filename is not None or error.errno not in (errno.EACCES, errno.EPERM)
        if not about_a_file:
            return ""
        return SYSTEM_ERRORS.get(error.errno or 0, "")
    return ""


def error_chain(error: BaseException | None) -> list[BaseException]:
    chain: list[BaseException] = []
    while error is not None and len(chain) < 10:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return chain
