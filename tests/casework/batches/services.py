"""A service that exists only here: a plate for a market stall, made by the trade office and not by Dispenduk Capil.

Its key is the number of the stall, its partner calls what is made *terbit* and what it refuses *tidak disetujui*, and
its steps have names of their own: whatever runs it cannot know anything of KTP.
"""

STALL_PLATE = """\
format = 2
id = "plakat-lapak"
name = "Plakat lapak pasar"
short_name = "Plakat lapak"
case_code = "PLK"
one_open_per = "stall"

[identity]
number = "SOP-11"
full_number = "SOP-11/PASAR"
document_kind = "Standar Operasional Prosedur"
title = "Penerbitan plakat lapak"
office = "Kantor Contoh"
revision = "00"
issued_on = 2025-05-02
signatories = [{ id = "maker", label = "Dibuat oleh", post = "Kasi Ekonomi" }]

[[kinds]]
id = "baru"
label = "Lapak baru"
rule = "SOP-11"

[[actors]]
id = "trader"
label = "Pedagang"

[[actors]]
id = "counter"
label = "Petugas Loket"
roles = ["counter", "operator", "kasi", "camat"]

[[actors]]
id = "trade"
label = "Dinas Perdagangan"

[[places]]
id = "desk"
label = "Meja pasar"

[[places]]
id = "dispatch"
label = "Pengiriman {n}"

[[form_sections]]
id = "stall"
label = "Lapak"

[[fields]]
id = "kind"
label = "Jenis permohonan"
type = "choice"
choices_from = "kinds"
section = "stall"
required = true

[[fields]]
id = "stall"
label = "Nomor lapak"
column = "Lapak"
type = "text"
section = "stall"
required = true
searchable = true
role = "key"
max_length = 12

[[fields]]
id = "owner"
label = "Nama pedagang"
type = "text"
section = "stall"
required = true
searchable = true
role = "name"
max_length = 100

[[fields]]
id = "goods"
label = "Dagangan"
type = "text"
section = "stall"
max_length = 60

[[fields]]
id = "market"
label = "Desa"
type = "village"
section = "stall"
required = true
role = "area"

[[requirements]]
id = "letter"
label = "Surat sewa lapak"
rule = "SOP-11"

[[rows]]
no = 1
clause = "1"
title = "Mengajukan permohonan"
actor = "trader"
symbol = "terminal"

[[rows]]
no = 2
clause = "2"
title = "Menyerahkan plakat"
actor = "counter"
symbol = "terminal"

[[steps]]
id = "bring"
clause = "1"
row = 1
title = "Membawa permohonan"
actor = "trader"
place = "desk"
waits_for = "applicant"
state_label = "Belum dibawa"
meaning = "Permohonan belum di kantor."
next_sentence = "Permohonan diterima."
say = "Bawa permohonan ke loket."
outcomes = [{ id = "received", label = "Diterima", history = "Diterima", to = "look", roles = ["counter"] }]

[[steps]]
id = "look"
clause = "1"
row = 1
title = "Memeriksa permohonan"
actor = "counter"
place = "desk"
state_label = "Diperiksa"
meaning = "Permohonan diperiksa."
next_sentence = "Permohonan dikirim."
say = "Permohonan {number} diperiksa."
outcomes = [{ id = "fit", label = "Sesuai", history = "Sesuai", to = "post", needs_complete = true }]

[[steps]]
id = "post"
clause = "1"
row = 1
title = "Mengirim permohonan"
actor = "counter"
place = "desk"
special = "batches.dispatch"
state_label = "Siap dikirim ke Dinas"
meaning = "Menunggu pengiriman."
next_sentence = "Dinas membuat plakat."
say = "Permohonan {number} siap dikirim."
outcomes = [{ id = "sent", label = "Kirim", history = "Dikirim ke Dinas", to = "pressing" }]

[[steps]]
id = "pressing"
clause = "1"
row = 1
title = "Membuat plakat"
actor = "trade"
place = "dispatch"
waits_for = "partner"
special = "batches.results"
state_label = "Di Dinas Perdagangan"
meaning = "Plakat dibuat."
next_sentence = "Plakat dikirim."
say = "Permohonan {number} di Dinas."
outcomes = [
  { id = "issued", label = "Terbit", history = "Plakat terbit", to = "coming", roles = ["counter", "kasi"] },
  { id = "declined", label = "Tolak", history = "Tidak disetujui", to = "mend", roles = ["counter"] },
]

[[steps]]
id = "mend"
clause = "1"
row = 1
title = "Memperbaiki permohonan"
actor = "counter"
place = "desk"
side = true
special = "batches.repair"
state_label = "Diperbaiki"
meaning = "Permohonan diperbaiki."
next_sentence = "Permohonan dikirim lagi."
say = "Permohonan {number} diperbaiki."
outcomes = [{ id = "repaired", label = "Sudah", history = "Diperbaiki", to = "post" }]

[[steps]]
id = "coming"
clause = "1"
row = 1
title = "Menerima plakat"
actor = "counter"
place = "dispatch"
waits_for = "partner"
special = "batches.arrival"
state_label = "Menunggu plakat"
meaning = "Plakat di jalan."
next_sentence = "Plakat dihitung."
say = "Plakat {number} di jalan."
outcomes = [{ id = "arrived", label = "Tiba", history = "Plakat tiba", to = "give" }]

[[steps]]
id = "give"
clause = "2"
row = 2
title = "Menyerahkan plakat"
actor = "counter"
place = "desk"
waits_for = "applicant"
special = "batches.hand_over"
state_label = "Plakat siap"
meaning = "Plakat dapat diambil."
next_sentence = "Pedagang mengambil plakat."
say = "Plakat {number} siap."
outcomes = [{ id = "handed_over", label = "Serahkan", history = "Diserahkan", to = "@done" }]

[[exits]]
id = "done"
label = "Selesai"
state_label = "Selesai"
meaning = "Plakat diserahkan."
say = "Plakat sudah diserahkan."
place = "desk"

[partner]
id = "trade"
name = "Dinas Perdagangan Kabupaten Contoh"
short = "Dinas Perdagangan"
stream = "perdagangan"
product = "plakat"
columns = [{ fields = ["stall"] }, { fields = ["owner"], width = 30 }, { fields = ["goods"] }, { fields = ["market"] }]
steps = { send = "post", answer = "pressing", repair = "mend", arrive = "coming", hand_over = "give" }
answers = [
  { id = "printed", label = "Terbit", outcome = "issued" },
  { id = "refused", label = "Tidak disetujui", outcome = "declined", reasons = ["Lapak sudah terisi"] },
]
papers = ["covering_letter", "minutes"]
promise = { amount = 3, unit = "working_days" }
"""
