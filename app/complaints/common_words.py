"""Words of everyday Indonesian that may also be somebody's name, or follow a title without being one.

`Hari` is a name and a day, `Bagus` a name and good. Such a word is taken for a name only where its place says so
(app/complaints/masks.py). Lower case, without accents.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """A list of words written as a text."""
    return frozenset(text.split())


COMMON = words(
    "ada adalah adapun adik agak agar agustus air akan akhir akhirnya akibat akta aku alamat alasan alat "
    "alhamdulillah aman ambil anak anda antara antre antrean antri antrian apa apabila apakah apalagi april arah "
    "asal asli atas atau awal ayah ayo baca bagaimana bagi bagian bagus bahan bahkan bahwa baik bakti balai "
    "banding bangku bangun bank bantu bantuan banyak bapak baris baru barusan basah batas bawa bawah bayar "
    "beberapa beda begini begitu belakang beli belum benar bentuk berapa berkas bersih besar besok biar biasa "
    "biasanya biaya bidang bila bisa blangko blanko blok boleh buat buka bukan bukti bulan bunga buruk butuh "
    "calo camat cantik capek cara cari carik catat cepat cetak cinta coba cocok contoh cukup cuma dahulu dalam "
    "dan dapat dari data datang daya dekat dengan depan desa desember detik di dia dimana dinas diri disdukcapil "
    "dispendukcapil dokumen dua duduk dukcapil dulu dusun ekonomi empat enak enam fasilitas februari foto "
    "fotokopi gambar gang ganti gelap gembira genap gratis guru habis hak hal halaman hamil hanya harap harapan "
    "harga hari harus hasil hati hilang hingga hitam hormat hp hujan ibu ikut informasi ingin ini isi istri itu "
    "iya jadi jadwal jalan jam jangan janji januari jarak jauh jawab jawaban jaya jelas jelek jenis jika jl juga "
    "jujur juli jumat jumlah juni kabar kabupaten kadang kades kak kakak kalau kali kamar kami kamis kampung "
    "kamu kantor karena kartu karya kasar kasi kasih kasus kata kawin ke kebersihan kecamatan kecewa kecil "
    "kecuali kedua keluar keluarga keluhan kemarin kembali kemudian kenapa kepada kepala kerja kertas kesini "
    "ketemu ketika ketua kipas kira kita kk komputer kondisi kopi kosong kotak kotor ktp kua kuliah kuning "
    "kurang kursi lagi lahir lain laki lalu lama lambat lampu langsung lantai lapor laporan layanan lebih lembar "
    "lengkap letak lewat lima listrik lokasi loket luar lulus lupa lurah maaf mahal main maka makan malah malam "
    "mama mampu mana maret mari masa masalah masih masjid masuk masyarakat mata mati mau maupun mei meja "
    "melayani melihat memang membuat meminta mengapa meninggal merah mereka meski milik minggu minta mobil mohon "
    "motor muda mudah mulai mundur mungkin murah musala nama namanya namun nanti nenek neon nik nikah nol nomor "
    "november nyala nyaman oktober oleh operator orang orangtua pada padahal pagi pak paling panas panggil "
    "panjang papan para paraf parah parkir parkiran pas pasang pasar pasti payah pegawai pejabat pelan pelapor "
    "pelayanan pemerintah pemohon pengadu pengaduan penting penuh perbaikan perekaman perempuan pergi perlu "
    "permintaan permohonan persyaratan pertama perumahan petugas pihak pimpinan pindah pintar pintu polsek pos "
    "potong pria proses puas pukul pulang pun pungli punya pusat puskesmas putra putri putus rabu radio ramah "
    "ramai rapi rasa raya rekam rendah resah rt ruang ruangan rumah rusak rw saat sabar sabtu sah saja sakit "
    "salah salam sama sampah sampai sana sangat saran satu saudara saya sebab sebagai sebelah sebelum sebentar "
    "sebuah sedang sederhana sedih sedikit sehat sehingga seizin sejahtera sejak sekali sekarang sekdes sekolah "
    "sekretariat sekretaris seksi selalu selama selamat selasa selesai seluruh semoga semua senang sendiri senin "
    "senyum seorang sepeda seperti september sering serta sesuai setelah seterusnya setia setiap setuju siang "
    "siap siapa sih sila silakan sim singkat sini sistem situ slip sms sopan sore standar suami sudah suka sulit "
    "sumber sungguh supaya surat susah swasta syarat tadi tahan tahu tahun tak taman tambah tampak tampil tanah "
    "tanda tangan tangga tanggal tangguh tanpa tanya tapi tarik tata teduh telah telepon telp teman tempat "
    "tengah tentang tentu tepat terang terima terlalu terlapor tertib terus terutama tetap tetapi tiap tiba "
    "tidak tidur tiga timur tinggi toilet tolong tri tua tugas tunggu turun uang uji ulang umum umur unit untuk "
    "untung urus urusan urut usaha usia utama utara wa wajar wajib waktu walau wanita warga warna yaitu yakni "
    "yang yth zaman"
)

TITLES = words(
    "bang bapak bernama bpk bu bude bulek bulik cak dek dik gus haji hajjah hj ibu kang kiai kyai mas mba mbah "
    "mbak nama namanya neng nn ny nyonya om pak pakde paklek paklik saudara saudari sdr sdri tante tn tuan ustad "
    "ustadz ustadzah yu"
)
"""A word after which a name follows, also one that nobody knows and that is written small."""

POSTS = words(
    "adik anak ayah bidan calo camat carik guru istri juru kades kakak kasi kasun kepala ketua lurah modin oknum "
    "operator pegawai pelapor pemohon pengadu perangkat petugas saksi satpam sekdes sekretaris sopir staf suami "
    "tetangga"
)
"""A word after which a name may follow, if it is written with a capital letter."""
