"""A procedure that only these tests know: an agency asks for a meeting and is invited by letter.

Its steps are those of steps 2 to 8 of the collective card's SOP, with the posts of a kecamatan.
"""

from datetime import date

from sync.journal import Journal
from tests.platform.office.adopting import put_in_force

INVITATION = "undangan-rapat"
HEAD = f"""
format = 2
id = "{INVITATION}"
name = "Undangan rapat instansi"
short_name = "Undangan rapat"
case_code = "UND"

[identity]
number = "SOP-09"
full_number = "SOP-09/KEC"
document_kind = "Standar Operasional Prosedur"
title = "Undangan rapat"
office = "Kecamatan Contoh"
revision = "00"
issued_on = 2026-01-02
signatories = [{{ id = "maker", label = "Dibuat oleh", post = "Sekretaris" }}]

[[form_sections]]
id = "letter"
label = "Surat"

[[fields]]
id = "agency"
label = "Instansi"
type = "text"
section = "letter"
required = true
role = "name"

[[fields]]
id = "letter_no"
label = "Nomor surat"
type = "text"
section = "letter"
required = true
role = "key"

[[fields]]
id = "letter_on"
label = "Tanggal surat"
type = "date"
section = "letter"
required = true

[[kinds]]
id = "meeting"
label = "Rapat"
rule = "SOP-09"

[[requirements]]
id = "request"
label = "Surat permohonan"
rule = "SOP-09"

[[letters]]
id = "request"
direction = "in"
label = "Surat permohonan"
subject = "Permohonan rapat"
sender = "{{agency}}"
letter_number = "{{letter_no}}"
letter_date = "{{letter_on}}"

[[letters]]
id = "notice"
label = "Surat undangan"
subject = "Undangan rapat"
addressed_to = "Pimpinan {{agency}}"
text = \"\"\"
Menjawab surat Saudara nomor {{request_number}} tanggal {{request_date}}, kami mengundang pada:

Hari | Pukul
{{schedule}}

Atas perhatiannya kami sampaikan terima kasih.\"\"\"
copies = ["Camat {{place}}"]
initials = ["kasi", "sekretaris"]
signatories = ["camat"]
classification = "005"
number = "{{code}}/{{n}}/UND/{{year}}"

[[actors]]
id = "agency"
label = "Instansi"

[[actors]]
id = "office"
label = "Sekretaris"
roles = ["sekretaris"]

[[actors]]
id = "head"
label = "Camat"
roles = ["camat"]

[[actors]]
id = "section"
label = "Kasi"
roles = ["kasi"]

[[places]]
id = "office"
label = "Kantor"

[[rows]]
no = 1
clause = "1"
title = "Mengirim surat"
actor = "agency"
symbol = "terminal"

[[exits]]
id = "done"
label = "Selesai"
state_label = "Selesai"
meaning = "Undangan terkirim."
say = "{{name}} sudah diundang."
place = "office"
"""
STEPS = (
    ("agenda", "office", "request", "registered", ""),
    ("order", "head", "request", "disposed", ""),
    ("pass_on", "section", "request", "disposed", ""),
    ("draft", "section", "notice", "initialled", ""),
    ("check", "office", "notice", "initialled", ""),
    ("sign", "head", "notice", "signed", "needs_pin = true"),
    ("send", "office", "notice", "sent", ""),
)


def step_text(place: int) -> str:
    name, actor, letter, wanted, more = STEPS[place]
    after = STEPS[place + 1][0] if place + 1 < len(STEPS) else "@done"
    return f"""
[[steps]]
id = "{name}"
clause = "{place + 2}"
no_row_because = "Rekaan untuk pengujian."
title = "Langkah {name}"
actor = "{actor}"
place = "office"
letter = "{letter}"
state_label = "Menunggu {name}"
meaning = "Menunggu."
next_sentence = "Menunggu."
say = "{{name}} menunggu."
{'standard_time = { amount = 1, unit = "working_days" }' if name == "send" else ""}

[[steps.outcomes]]
id = "{wanted}"
label = "Sudah"
history = "Selesai {name}"
to = "{after}"
needs_letter = "{wanted}"
{more}
"""


TEXT = HEAD + "".join(map(step_text, range(len(STEPS))))


def adopt_invitation(journal: Journal) -> None:
    put_in_force(journal, TEXT, on=date(2026, 1, 2))
