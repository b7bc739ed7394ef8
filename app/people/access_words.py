"""What each action of the access log is called, by group. An action without words here fails a test."""

from __future__ import annotations

GROUPS = {
    "masuk": "Masuk, keluar",
    "ditolak": "Ditolak",
    "cari": "Mencari, membuka",
    "nomor": "Nomor, unduhan",
    "akun": "Akun, PIN",
    "sistem": "Cadangan, unggahan",
}
"""Group → its words, in the order of the page."""

ACTIONS: dict[str, tuple[str, str]] = {
    "sign_in": ("masuk", "Masuk"),
    "sign_out": ("masuk", "Keluar"),
    "lock": ("masuk", "Layar dikunci"),
    "unlock": ("masuk", "Layar dibuka"),
    "sign_in.refused": ("ditolak", "Gagal masuk"),
    "unlock.refused": ("ditolak", "Gagal membuka layar"),
    "pin.refused": ("ditolak", "PIN salah"),
    "access.refused": ("ditolak", "Ditolak: bukan haknya"),
    "search.number": ("cari", "Mencari dengan NIK atau No. KK"),
    "search.name": ("cari", "Mencari dengan nama"),
    "case.opened": ("cari", "Membuka berkas"),
    "case.reveal": ("nomor", "Melihat nomor lengkap"),
    "complaint.identity": ("nomor", "Melihat identitas pengadu"),
    "register.export": ("nomor", "Mengunduh register"),
    "import.rejects": ("nomor", "Mengunduh baris register yang ditolak"),
    "recap.export": ("nomor", "Mengunduh rekap"),
    "dispatch.annex": ("nomor", "Mencetak lampiran pengiriman (Terbatas)"),
    "dispatch.xlsx": ("nomor", "Mengunduh daftar pengiriman"),
    "pin.too_new": ("ditolak", "PIN baru belum berlaku"),
    "authority.proposed": ("akun", "Mengusulkan perubahan hak"),
    "authority.confirmed": ("akun", "Menyetujui perubahan hak"),
    "authority.withdrawn": ("akun", "Membatalkan usulan perubahan hak"),
    "authority.refused": ("akun", "Menolak usulan perubahan hak"),
    "authority.alone": ("akun", "Mengesahkan perubahan hak dengan perintah di komputer"),
    "password.changed": ("akun", "Kata sandi diganti"),
    "password.given": ("akun", "Kata sandi baru diberikan"),
    "pin.changed": ("akun", "PIN diganti"),
    "session.ended": ("akun", "Mengakhiri sesi lain"),
    "admin.reset": ("akun", "Akses administrator dipulihkan"),
    "backup.made": ("sistem", "Membuat cadangan"),
    "backup.key_made": ("sistem", "Membuat kunci pemulihan"),
    "backup.key_confirmed": ("sistem", "Memastikan kunci pemulihan"),
    "backup.restored": ("sistem", "Memulihkan dari cadangan"),
    "register.upload": ("sistem", "Mengunggah register"),
    "register.loaded": ("sistem", "Memuat register"),
    "road.fork_settled": ("sistem", "Melanjutkan aliran yang berhenti"),
    "access.week_read": ("sistem", "Membaca ringkasan akses"),
}
"""Action → (group, words)."""


def words_of(action: str) -> str:
    """The words of an action."""
    return ACTIONS[action][1] if action in ACTIONS else action


def actions_of(group: str) -> list[str]:
    """The actions of a group; none for a group that is not known."""
    return [action for action, (own, _) in ACTIONS.items() if own == group]
