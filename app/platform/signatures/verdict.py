"""What the check of a signed paper says, and in which words an officer reads why it was refused."""

from collections.abc import Mapping

import msgspec

FAULTS: Mapping[str, str] = {
    "unreadable": (
        "Dokumen ini bukan PDF yang dapat diperiksa, atau rusak. Unduh lagi dari aplikasi tanda tangan, lalu unggah di "
        "sini."
    ),
    "too_much": (
        "Pemeriksaan PDF ini memakan terlalu banyak waktu atau memori, jadi dihentikan. Tanda tangani lagi PDF yang "
        "diserahkan, tanpa tambahan, lalu unggah hasilnya."
    ),
    "other_paper": (
        "PDF ini bukan PDF yang diserahkan untuk surat ini. Unduh PDF surat ini dari lembar Tanda tangan elektronik, "
        "tanda tangani yang itu tanpa menyimpannya ulang, lalu unggah hasilnya."
    ),
    "unsigned": (
        "PDF ini belum memuat tanda tangan elektronik. Tanda tangani dulu dengan aplikasi penyelenggaranya, lalu "
        "unggah hasilnya."
    ),
    "several": (
        "PDF ini memuat lebih dari satu tanda tangan elektronik. Tanda tangani PDF yang diserahkan satu kali saja, "
        "lalu unggah hasilnya."
    ),
    "tampered": (
        "Isi PDF ini tidak cocok dengan tanda tangannya: ada yang berubah. Jangan dipakai; unduh lagi dari aplikasi "
        "tanda tangan, atau tanda tangani lagi PDF yang diserahkan."
    ),
    "changed_after": (
        "PDF ini diubah sesudah ditandatangani. Unggah PDF seperti yang keluar dari aplikasi tanda tangan, tanpa "
        "disimpan ulang atau diberi tambahan."
    ),
    "changed_before": (
        "Isi surat diubah sebelum ditandatangani, jadi yang ditandatangani bukan naskah yang disetujui. Tanda tangani "
        "PDF yang diserahkan, tanpa menambah apa pun selain tanda tangannya."
    ),
    "no_roots": (
        "Kantor ini belum mempercayai sertifikat akar mana pun, jadi penanda tangannya tidak dapat dipastikan. Minta "
        "administrator menambahkan akar penyelenggaranya di halaman Sertifikat akar."
    ),
    "chain": (
        "Sertifikat penanda tangan tidak berujung pada sertifikat akar yang dipercaya kantor ini, jadi penanda "
        "tangannya tidak dapat dipastikan. Minta administrator memeriksa halaman Sertifikat akar."
    ),
    "not_in_force": (
        "Sertifikat penanda tangan tidak berlaku pada hari ini. Minta penanda tangan memperbarui sertifikatnya, lalu "
        "tanda tangani lagi."
    ),
    "second_judge": (
        "Dua pemeriksa tidak sepakat tentang tanda tangan di PDF ini, jadi tidak diterima. Tanda tangani lagi PDF yang "
        "diserahkan; jika terulang, beri tahu administrator."
    ),
}
"""Why a signed paper is not taken back."""
UNCHECKED: Mapping[str, str] = {
    "revocation": (
        "Pencabutan sertifikat: komputer ini memeriksa tanpa jaringan, jadi tidak tahu apakah sertifikat itu dicabut "
        "penerbitnya."
    ),
    "time": "Waktu tanda tangan: hanya kata komputer penanda tangan, tanpa cap waktu yang dapat dipastikan.",
    "namesake": (
        "Orangnya: yang dicocokkan nama di sertifikat, dan di kantor ini ada lebih dari satu orang bernama itu. "
        "Cocokkan sertifikatnya dengan penanda tangannya sendiri."
    ),
    "second_judge": "Pemeriksa kedua (pdfsig) tidak terpasang di komputer ini; yang memeriksa hanya pyHanko.",
}
"""What a check could not find out, as the page says it."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was found. `fault` is a key of FAULTS, empty where the paper may be taken; moments are ISO texts of UTC.

    `root` is the SHA-256 of the root at which the chain ends; `claimed_at` is what the signer's computer says,
    `stamped_at` what a timestamp of a trusted authority says; `unchecked` are keys of UNCHECKED.
    """

    fault: str = ""
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    root: str = ""
    valid_from: str = ""
    valid_until: str = ""
    claimed_at: str = ""
    stamped_at: str = ""
    unchecked: tuple[str, ...] = ()


class RootFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a root certificate says of itself; `fault` where it is none."""

    fault: bool = False
    der: bytes = b""
    subject: str = ""
    valid_from: str = ""
    valid_until: str = ""


class Question(msgspec.Struct, frozen=True):
    """What the process is asked: a signed PDF of which the first `handed` bytes were handed over, the trusted roots
    (DER), and the moment at which the certificates must be in force (ISO)."""

    pdf: bytes
    handed: int
    roots: tuple[bytes, ...]
    at: str
