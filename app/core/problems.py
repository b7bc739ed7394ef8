"""One catalogue of everything that can be wrong, each with its HTTP status and Indonesian sentence.

Services raise; one handler in app/web draws page, fragment or JSON. Sentences say what is wrong and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec


class Entry(msgspec.Struct, frozen=True):
    """Status and sentence of one problem; `{name}` parts are filled by :meth:`Problem.of`."""

    status: int
    sentence: str


CATALOGUE: dict[str, Entry] = {
    "invalid": Entry(422, "Ada isian yang perlu diperbaiki. Isian lain tetap tersimpan."),
    "forbidden": Entry(
        403, "Pekerjaan ini bukan wewenang peran Anda. Minta petugas yang berwenang melakukannya."
    ),
    "other_section": Entry(
        403,
        "Ini pekerjaan Seksi Pelayanan Umum (SP 4.4). Kepala seksi lain hanya membaca berkasnya. Minta Kasi "
        "Pelayanan Umum atau pejabat yang ditunjuk; kepala seksi ditetapkan Sekretaris di pengaturan pengaduan.",
    ),
    "sign_in": Entry(401, "Silakan masuk dulu."),
    "wrong_password": Entry(401, "Nama pengguna atau kata sandi tidak cocok. Periksa huruf besar dan kecil."),
    "password_over": Entry(
        401,
        "Kata sandi sementara ini berlaku tiga hari dan sudah lewat. Minta yang baru kepada Sekretaris atau "
        "administrator; bila tidak ada yang lain, dengan perintah reset-admin di komputer Loket.",
    ),
    "too_many_tries": Entry(429, "Terlalu banyak percobaan. Tunggu {minutes} menit, lalu coba lagi."),
    "wrong_pin": Entry(422, "PIN tidak cocok. Sisa percobaan {left}."),
    "pin_locked": Entry(
        423, "PIN terkunci karena salah berkali-kali. Buat PIN baru di halaman Saya dengan kata sandi Anda."
    ),
    "pin_missing": Entry(422, "Anda belum punya PIN. Buat dulu di halaman Saya."),
    "pin_waits": Entry(
        423,
        "PIN Anda baru dibuat dan berlaku untuk menyetujui mulai {when}. Kalau perlu lebih cepat, temui petugas yang "
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
    "state": Entry(
        409, "{what} sudah berubah: {state}. Muat ulang halaman untuk melihat keadaannya sekarang."
    ),
    "reason_needed": Entry(422, "Tulis alasannya."),
    "open_case": Entry(
        409, "Orang ini masih punya berkas yang berjalan: {number}. Buka berkas itu, jangan membuat baru."
    ),
    "recorded_before": Entry(
        409, "NIK ini sudah pernah direkam ({when}). Perekaman hanya satu kali (SP 4.5)."
    ),
    "not_recorded": Entry(409, "Berkas {number} belum mencatat perekaman. Catat dulu sebelum dikirim."),
    "incomplete": Entry(409, "Berkas belum lengkap: {items}."),
    "backdated": Entry(422, "Tanggal mundur perlu alasan."),
    "future": Entry(422, "Tanggal {what} tidak boleh di masa depan."),
    "empty_dispatch": Entry(422, "Pengiriman masih kosong. Pilih paling sedikit satu berkas."),
    "second_person": Entry(409, "Pemeriksaan kedua harus oleh orang lain daripada yang mengetik."),
    "series": Entry(422, "Deret nomor {name} belum diatur. Minta administrator mengaturnya di Pengaturan."),
    "number_taken": Entry(409, "Nomor {number} sudah dipakai. Periksa buku agenda, lalu tulis nomor lain."),
    "not_ready": Entry(409, "Kantor belum disiapkan. Buka halaman persiapan dan isi identitas kantor."),
    "standard": Entry(
        409, "Standar pelayanan belum berlaku di kantor ini. Isi pembuat, pemeriksa, dan pengesah dulu."
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
        "Folder data atau berkas di dalamnya tidak boleh dibuka oleh pengguna komputer yang menjalankan Loket. "
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
        "disk, buat cadangan ke stik bila masih dapat, baru hidupkan lagi.",
    ),
    "damaged": Entry(
        500, "Berkas basis data rusak. Berhenti menulis di Loket dan pulihkan cadangan terakhir:"
    ),
    "not_database": Entry(
        500, "Berkas di tempat basis data bukan basis data Loket. Jangan ditimpa; pulihkan cadangan terakhir:"
    ),
    "server_away": Entry(
        503,
        "Server PostgreSQL tidak menjawab. Periksa apakah server itu hidup, tunggu sebentar, lalu ulangi.",
    ),
    "too_large": Entry(413, "Isian atau berkas terlalu besar. Batasnya {limit}."),
    "bad_file": Entry(422, "{why}"),
    "conflict": Entry(409, "{why}"),
}


class Problem(Exception):
    """Something an officer can put right. `fields` maps field names to their own sentences."""

    def __init__(
        self, code: str, status: int, sentence: str, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence)
        self.code, self.status, self.sentence = code, status, sentence
        self.fields: dict[str, str] = dict(fields or {})

    @classmethod
    def of(cls, code: str, fields: Mapping[str, str] | None = None, **details: object) -> Problem:
        """The problem of the catalogue with its details filled in. Raises KeyError for an unknown code."""
        entry = CATALOGUE[code]
        return cls(code, entry.status, entry.sentence.format(**details), fields)
