"""Definitions for the engine's tests: the shipped KTP file, and a second service that exists only here.

The second one is a collective staff card with another office's posts, minutes per row, calendar days and no form
code: whatever runs it cannot know anything of KTP.
"""

from functools import cache

from schema.definitions import SERVICES, definition_text, load_definition
from schema.service_procedure import Definition

STAFF_CARD = """\
format = 1
id = "kartu-pegawai"
name = "Kartu pegawai kolektif"
short_name = "Kartu pegawai"
case_code = "KP"

[identity]
number = "SOP-07"
full_number = "SOP-07/BIRO"
document_kind = "Standar Operasional Prosedur"
title = "Pembuatan kartu pegawai"
office = "Biro Contoh"
revision = "00"
issued_on = 2018-05-02
signatories = [{ id = "maker", label = "Dibuat oleh", post = "Kasubbag" }]

[[kinds]]
id = "kolektif"
label = "Kolektif"
rule = "SOP-07"

[[actors]]
id = "unit"
label = "Unit pemohon"

[[actors]]
id = "head"
label = "Kepala Biro"
roles = ["head"]

[[actors]]
id = "maker"
label = "Pemroses"
roles = ["maker", "head"]

[[places]]
id = "bureau"
label = "Biro"

[[form_sections]]
id = "letter"
label = "Surat"

[[fields]]
id = "unit_name"
label = "Nama unit"
type = "text"
section = "letter"
required = true
role = "name"

[[requirements]]
id = "letter"
label = "Surat permohonan"
rule = "SOP-07 baris 1"

[[rows]]
no = 1
clause = "1"
title = "Mengirim surat permohonan"
actor = "unit"
symbol = "terminal"
time = { text = "5 menit", minutes = 5 }

[[rows]]
no = 2
clause = "2"
title = "Memberi disposisi"
actor = "head"
symbol = "decision"
question = "Disetujui?"
time = { text = "30 - 240 menit", minutes = 30, most = 240 }
branches = [{ label = "Ya", to = 3 }, { label = "Tidak", to = 1 }]

[[rows]]
no = 3
clause = "3"
title = "Membuat kartu"
actor = "maker"
symbol = "terminal"
time = { text = "Disesuaikan" }

[[steps]]
id = "decide"
clause = "2"
row = 2
title = "Memberi disposisi"
actor = "head"
place = "bureau"
state_label = "Menunggu disposisi"
meaning = "Surat menunggu disposisi."
next_sentence = "Kepala Biro memberi disposisi."
say = "Surat {number} menunggu disposisi."
outcomes = [
  { id = "agreed", label = "Setuju", history = "Disetujui", to = "make", starts_promise = true },
  { id = "rejected", label = "Tolak", history = "Ditolak", to = "@rejected", needs_reason = true },
]

[[steps]]
id = "make"
clause = "3"
row = 3
title = "Membuat kartu"
actor = "maker"
place = "bureau"
state_label = "Dibuat"
meaning = "Kartu dibuat."
next_sentence = "Kartu diserahkan."
say = "Kartu selesai paling lambat {due}."
outcomes = [{ id = "made", label = "Selesai", history = "Kartu jadi", to = "@done", keeps_promise = true }]

[[exits]]
id = "done"
label = "Selesai"
state_label = "Selesai"
meaning = "Kartu diserahkan."
say = "Kartu sudah diserahkan."
place = "bureau"

[[exits]]
id = "rejected"
label = "Ditolak"
state_label = "Ditolak"
meaning = "Permohonan ditolak."
say = "Permohonan ditolak: {reason}."
place = "bureau"

[promise]
clause = "3"
days = 3
unit = "calendar_days"
starts_on = "decide.agreed"
kept_on = "make.made"
text = "Tiga hari"

[[pauses]]
id = "printer_broken"
label = "Pencetak rusak"
explanation = "Pencetak kartu rusak."
enabled = true
"""


@cache
def ktp() -> Definition:
    """The shipped definition."""
    return load_definition(SERVICES / "ktp-el.toml")


@cache
def ktp_text() -> str:
    """The full text of the shipped definition."""
    return definition_text(SERVICES / "ktp-el.toml")


@cache
def staff_card() -> Definition:
    """The second service."""
    return load_definition(STAFF_CARD, "kartu-pegawai.toml")


def changed(text: str, *swaps: tuple[str, str]) -> str:
    """The text with each piece swapped once; a piece that is not there fails the test."""
    for before, after in swaps:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text
