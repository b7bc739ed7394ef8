"""What the demo's visitors complain about, and what the office does about it. All invented."""

from typing import NamedTuple


class Grievance(NamedTuple):
    """A complaint in the visitor's words; `{name}`, `{phone}`, `{street}` are filled in by whoever writes it."""

    category: str
    words: str
    hope: str
    follow_up: str
    answer: str
    type: str = "complaint"
    weight: str = "medium"


GRIEVANCES: tuple[Grievance, ...] = (
    Grievance(
        "speed",
        "Saya menunggu dari jam 8 sampai jam 11, padahal hanya mengambil kartu.",
        "Pengambilan dipisah",
        "Pengambilan kartu dilayani di loket samping mulai pukul 08.00.",
        "Mulai pekan ini pengambilan kartu tidak perlu antre di loket utama.",
    ),
    Grievance(
        "speed",
        "KTP saya sudah tiga minggu belum jadi. Tolong hubungi {name} di {phone}.",
        "Diberi tanggal yang pasti",
        "Berkas dilacak ke pusat cetak, kartu masuk kiriman berikutnya.",
        "Kartu Anda dicetak dan tiba paling lambat Jumat.",
    ),
    Grievance(
        "speed",
        "Antrean tidak bergerak, petugas hanya satu orang.",
        "Tambah petugas",
        "Petugas kedua dijadwalkan pukul 08.00 sampai 10.00.",
        "Sekarang ada dua petugas pada jam ramai.",
    ),
    Grievance(
        "no_blanks",
        "Sudah dua kali datang dari {street}, blangko selalu kosong. Ongkos ojek habis.",
        "Kabar dulu kalau kosong",
        "Sisa blangko ditulis di papan setiap pagi dan dikabarkan ke desa.",
        "Sisa blangko kini dapat dilihat di papan dan balai desa.",
        weight="light",
    ),
    Grievance(
        "no_blanks",
        "Kata petugas blangko habis, tapi teman saya bisa cetak.",
        "Adil",
        "Urutan kirim dicetak dan ditempel, sesuai nomor berkas.",
        "Pencetakan menurut nomor berkas, daftarnya kami tempel.",
    ),
    Grievance(
        "requirements",
        "Disuruh pulang karena foto latar merah, padahal di desa dibilang merah.",
        "Keterangan yang sama di desa dan kecamatan",
        "Contoh foto merah dan biru dikirim ke semua balai desa.",
        "Tahun lahir genap memakai latar biru; contoh kini ada di balai desa.",
    ),
    Grievance(
        "requirements",
        "Syaratnya berubah-ubah, kemarin tidak diminta akta sekarang diminta.",
        "Daftar syarat ditempel",
        "Daftar syarat sesuai standar pelayanan ditempel di pintu.",
        "Akta tidak diminta untuk KTP hilang; mohon maaf.",
    ),
    Grievance(
        "schedule",
        "Loket tutup jam 14 padahal tertulis sampai jam 15.",
        "Buka sesuai jadwal",
        "Jadwal jaga siang diatur ulang.",
        "Loket buka sampai pukul 15.00; petugas siang sudah dijadwalkan.",
    ),
    Grievance(
        "schedule",
        "Jadwal perekaman keliling di desa kami batal tanpa kabar.",
        "Diberi tahu sehari sebelumnya",
        "Perubahan jadwal dikirim ke kepala desa dan grup RT.",
        "Jadwal baru tanggal 12, sudah dikirim ke desa.",
    ),
    Grievance(
        "courtesy",
        "Petugas menjawab sambil main HP dan tidak melihat saya.",
        "Lebih ramah",
        "Petugas ditegur, HP disimpan selama jam layanan.",
        "Kami mohon maaf. Petugas sudah ditegur.",
    ),
    Grievance(
        "courtesy",
        "Pak {name} di loket membentak ibu saya yang sudah tua.",
        "Minta maaf",
        "Petugas dipanggil dan meminta maaf kepada pengadu.",
        "Petugas yang bersangkutan sudah meminta maaf.",
    ),
    Grievance(
        "wrong_data",
        "Nama di KTP salah satu huruf, tertulis {name}. NIK 3508 9912 0185 0007.",
        "Cetak ulang tanpa antre",
        "Kartu ditarik, cetak ulang masuk kiriman berikutnya.",
        "Kartu pengganti dapat diambil tanpa antre.",
    ),
    Grievance(
        "wrong_data",
        "Alamat di kartu masih alamat lama di {street}.",
        "Dibetulkan",
        "Data KK diperiksa, pembetulan diajukan.",
        "Pembetulan sudah diajukan ke Dispendukcapil.",
    ),
    Grievance(
        "comfort",
        "Ruang tunggu panas, kipas mati dua.",
        "Kipas diganti",
        "Dua kipas diganti.",
        "Kipas sudah diganti, terima kasih.",
        weight="light",
    ),
    Grievance(
        "comfort",
        "Kursi tunggu kurang, lansia berdiri.",
        "Kursi lansia",
        "Enam kursi ditambah, dua untuk lansia.",
        "Kursi sudah ditambah.",
        "aspiration",
        "light",
    ),
    Grievance(
        "levy",
        "Di parkiran ada orang minta 50.000 supaya cepat, katanya kenal petugas. Namanya {name}, HP {phone}.",
        "Ditindak",
        "Spanduk KTP gratis dipasang, giliran jaga parkiran, laporan disusun.",
        "Pelayanan gratis. Orang tersebut bukan pegawai; sudah dilaporkan.",
    ),
    Grievance(
        "devices",
        "Alat perekam sidik jari rusak dari pagi, kami disuruh kembali besok.",
        "Alat cadangan",
        "Alat cadangan dipinjam dari Dispendukcapil.",
        "Alat sudah berfungsi, perekaman didahulukan bagi yang tertunda.",
    ),
    Grievance(
        "clarity",
        "Tidak jelas harus ke loket mana, tidak ada petunjuk.",
        "Papan petunjuk",
        "Papan petunjuk dipasang di pintu masuk.",
        "Papan petunjuk sudah dipasang.",
    ),
    Grievance(
        "procedure",
        "Bagaimana cara mengurus KTP hilang di luar domisili?",
        "",
        "Dijawab langsung dengan lembar persyaratan.",
        "Bisa di kecamatan mana pun dengan surat kehilangan dan fotokopi KK.",
        "information",
        "light",
    ),
    Grievance(
        "fairness",
        "Yang kenal orang dalam didahulukan.",
        "Nomor antrean",
        "Nomor antrean dibagikan sejak pintu dibuka.",
        "Sekarang memakai nomor antrean.",
    ),
    Grievance(
        "skill",
        "Petugas baru bingung memakai komputer, foto saya diulang empat kali.",
        "Dilatih",
        "Petugas baru didampingi dua minggu.",
        "Terima kasih, petugas sudah didampingi.",
    ),
    Grievance(
        "other",
        "Mohon ada layanan hari Sabtu untuk pekerja pabrik.",
        "Layanan Sabtu",
        "Diusulkan ke Camat untuk dicoba sebulan sekali.",
        "Usul Anda dicatat dan dibahas bulan ini.",
        "aspiration",
        "light",
    ),
)

PLEDGES: tuple[tuple[str, str], ...] = (
    ("Nomor antrean dibagikan sejak pintu dibuka pukul 07.30", "Petugas loket"),
    ("Sisa blangko ditulis di papan ini setiap pagi", "Petugas layanan informasi"),
    ("Slip memuat tanggal jadi yang dihitung hari demi hari", "Kasi Pelayanan Umum"),
    ("Pesan singkat dikirim begitu kartu tiba", "Petugas loket"),
    ("Contoh pas foto ditempel di semua balai desa", "Kasi Pelayanan Umum"),
    ("Kursi lansia dan ibu hamil disediakan di ruang tunggu", "Sekretaris"),
    ("Perubahan jadwal keliling dikabarkan sehari sebelumnya", "Petugas operator"),
    ("Loket kedua dibuka pada jam ramai", "Kasi Pelayanan Umum"),
)

CAPAS: tuple[tuple[str, str, str, tuple[str, ...], str, str], ...] = (
    (
        "speed",
        "Pengaduan tentang lama menunggu berulang",
        "Petugas kedua dibantu dari seksi lain",
        (
            "Antrean panjang pukul 8 sampai 10",
            "Pengambilan dan pendaftaran satu loket",
            "Jadwal jaga tidak mengikuti jam ramai",
        ),
        "Pengambilan kartu dipisah, loket kedua pada jam ramai",
        "Jadwal jaga diperiksa tiap bulan",
    ),
    (
        "requirements",
        "Foto ditolak karena salah warna latar",
        "Warga diberi contoh foto",
        ("Warga datang dengan latar salah", "Keterangan di desa berbeda", "Tidak ada contoh di balai desa"),
        "Contoh foto merah dan biru ditempel di semua balai desa",
        "Daftar syarat dikirim ke desa tiap semester",
    ),
    (
        "no_blanks",
        "Warga datang saat blangko kosong",
        "Sisa blangko ditulis di papan",
        ("Warga tidak tahu blangko kosong", "Kabar dari pusat tidak diteruskan"),
        "Sisa blangko ditulis di papan setiap pagi",
        "Kabar blangko diteruskan ke desa lewat pesan",
    ),
    (
        "wrong_data",
        "Nama salah cetak berulang",
        "Cetak ulang didahulukan",
        ("Salah ketik saat pendaftaran", "Tidak dibacakan kembali"),
        "Data dibacakan kembali kepada pemohon sebelum disimpan",
        "Formulir ditandatangani sesudah dibaca pemohon",
    ),
    (
        "levy",
        "Calo di parkiran",
        "Petugas berjaga di parkiran",
        ("Warga tidak tahu KTP gratis", "Parkiran tidak dijaga"),
        "Spanduk KTP gratis dipasang, giliran jaga parkiran",
        "Pengumuman gratis di setiap slip",
    ),
)
