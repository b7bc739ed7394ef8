"""What a register column can mean, and the Indonesian headings by which counters call it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import msgspec

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_IN_BRACKETS = re.compile(r"\([^)]{0,200}\)")


class Field(msgspec.Struct, frozen=True):
    """A meaning: its key in code, its label for the officer, and known headings (see `squeeze`)."""

    key: str
    label: str
    needed: bool
    headings: tuple[str, ...]


@lru_cache(maxsize=2048)
def squeeze(text: str) -> str:
    """`TEMPAT, TGL. LAHIR` becomes `tempattgllahir`: only letters and digits tell headings apart."""
    plain = unicodedata.normalize("NFKD", text).lower().replace("&", " dan ")
    return _NOT_LETTERS.sub("", plain)


def squeeze_plain(text: str) -> str:
    """As `squeeze`, without what stands in brackets (`NIK (16 digit)`)."""
    return squeeze(_IN_BRACKETS.sub(" ", text))


def _field(key: str, label: str, headings: str, *, needed: bool = False) -> Field:
    return Field(key, label, needed, tuple(headings.split()))


FIELDS: tuple[Field, ...] = (
    _field("number", "Nomor urut", "no nomor nourut nomorurut urut noreg noregister nmr"),
    _field(
        "received",
        "Tanggal terima",
        "tgl tanggal tglterima tanggalterima tglmasuk tanggalmasuk tglpermohonan tanggalpermohonan"
        " tglpengajuan tanggalpengajuan tgldaftar tanggaldaftar tglregister haritanggal haritgl tglpelayanan"
        " tanggalpelayanan tglberkas tglmasukberkas",
        needed=True,
    ),
    _field(
        "nik",
        "NIK",
        "nik nonik nomornik noktp nomorktp noinduk nomorindukkependudukan nikpemohon noidentitas niknoktp",
        needed=True,
    ),
    _field("kk", "No. KK", "nokk nomorkk kk nokartukeluarga nomorkartukeluarga kartukeluarga nkk"),
    _field(
        "name",
        "Nama lengkap",
        "nama namalengkap namapemohon namawarga namapenduduk namalengkappemohon nm namapemilik",
        needed=True,
    ),
    _field(
        "birth",
        "Tempat dan tanggal lahir",
        "tempattgllahir tempattanggallahir tempatdantanggallahir tempatdantgllahir ttl tmpttgllahir"
        " tmptgllahir tempatlahirtgllahir tempattgllhr tpttgllahir kelahiran tempattanggallhr",
    ),
    _field("birth_place", "Tempat lahir", "tempatlahir tmptlahir tmplahir tptlahir kotalahir"),
    _field("birth_on", "Tanggal lahir", "tgllahir tanggallahir tgllhr tanggallhr lahirtgl"),
    _field("sex", "Jenis kelamin", "lp jk jeniskelamin kelamin jnskelamin jkel sex gender"),
    _field(
        "address",
        "Alamat",
        "alamat alamatrtrw alamatlengkap alamatpemohon alamatrumah dusun jalandusun dusunrtrw",
    ),
    _field("rt_rw", "RT/RW", "rtrw rtdanrw"),
    _field("rt", "RT", "rt"),
    _field("rw", "RW", "rw"),
    _field(
        "village",
        "Desa",
        "desa desakelurahan desakel kelurahan namadesa asaldesa desaasal keldesa kelurahandesa",
        needed=True,
    ),
    _field(
        "kind",
        "Jenis permohonan",
        "jenis jenispermohonan jenislayanan jenispelayanan keperluan permohonan jenisktp layanan"
        " jenispengajuan jnspermohonan",
        needed=True,
    ),
    _field(
        "state",
        "Keterangan keadaan",
        "status keterangan ket statusberkas posisi posisiberkas statusktp kondisi",
    ),
    _field(
        "handed",
        "Tanggal diambil",
        "tglambil tanggalambil tgldiambil tanggaldiambil tglserah tglpenyerahan tanggalpenyerahan"
        " tgldiserahkan tanggaldiserahkan tglpengambilan tanggalpengambilan diambiltgl",
    ),
    _field(
        "receiver",
        "Diambil oleh",
        "penerima namapenerima diambiloleh pengambil namapengambil yangmengambil ygmengambil",
    ),
    _field("phone", "Telepon", "nohp hp notelp telp telepon nowa notelepon nohpwa wa"),
    _field("mother", "Nama ibu", "namaibu ibukandung namaibukandung ibu"),
    _field("note", "Catatan", "catatan lainlain info ket2 keterangan2"),
)

OWN_HEADINGS = ("BARIS ASAL", "PUTUSAN IMPOR", "ALASAN IMPOR")
"""Columns that our own file of rejected lines adds; read again, they are no part of the register."""
OWN_FORMS = frozenset(squeeze(heading) for heading in OWN_HEADINGS)

BY_KEY: dict[str, Field] = {field.key: field for field in FIELDS}
"""Either one column with place and date of birth, or one for the date alone, must be there."""
BIRTH_KEYS = ("birth", "birth_on")
