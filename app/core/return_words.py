"""What to say of a side that came back from a backup, a copy or an old disk. Pure: the cause comes from the journal."""

from __future__ import annotations

CAUSES: dict[str, str] = {
    "restored": "Basis data ini dipulihkan dari cadangan.",
    "older": "Berkas basis data di komputer ini diganti dengan salinan yang lebih lama atau dari komputer lain.",
    "copied": "Berkas basis data ini disalin ke sini tanpa penandanya.",
    "moved": "Folder data ini pindah ke komputer lain.",
    "rewound": "Komputer ini mundur ke keadaan lama: pihak lain memiliki catatan yang di sini sudah tidak ada.",
}
TITLE = "Data komputer ini pernah mundur atau pindah"
OFFICE = (
    "Pekerjaan jalan terus. Nomor baru memakai huruf tambahan, supaya tidak ada nomor yang diberikan dua kali.",
    "Bila kantor ini terdaftar di pusat cetak, minta kode pendaftaran baru lalu daftarkan lagi. Kiriman menunggu.",
    "Yang dicatat sesudah salinan itu dan belum terkirim diketik lagi dari kertas.",
)
CENTRE = (
    "Baris kecamatan yang belum memberi kabar sejak itu ditahan dari antrean cetak. Kecamatan tidak perlu kode baru.",
    "Kumpulkan kartu yang sudah tercetak tetapi belum dikirim dan cocokkan sebelum mencetak; hitung juga blangkonya.",
)


def cause(word: str) -> str:
    """The sentence of a cause."""
    return CAUSES.get(word, CAUSES["older"])


def advice(side: str) -> tuple[str, ...]:
    """What to do about it, `office` or `centre`."""
    return OFFICE if side == "office" else CENTRE
