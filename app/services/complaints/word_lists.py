"""Words of everyday Indonesian that may also be somebody's name, or follow a title without being one.

`Hari` is a name and a day, `Bagus` a name and good. Such a word is taken for a name only where its place says so
(app/services/complaints/masks.py). Lower case, without accents.
"""


def split_words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OFFICE = split_words(
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

_EVERYDAY = split_words(
    "bales hubungi telpon "
    "abu adha admin agama airnya ajukan akses aktif aktivitas allah almarhum almarhumah alun ampun anggaran "
    "anggota angka angkat angkot antara antaran aplikasi apotek apresiasi arab arsip arteri asas asia aslinya "
    "aspal assalamualaikum asuransi atap aturan aturannya aula awan ayam bahasa bahaya bahwasanya bakal bali ban "
    "banget bangga bangunan banjir bantuannya barang bareng barunya batal bawaan bayaran bayi bea becek becus "
    "bekas belajar belakangnya belas belom benda bendahara bensin bentak beras berdiri berdua beriman berlaku "
    "berlubang bermasalah bersama bertanya besan besar bgmn bgt biar bibi bidang bilang bismillah blt bocor bodoh "
    "bpjs brosur bu buntu bupati buru buruh buta cabang cacat calon cap capil cor cuci cucu cukai cuti daerah "
    "daftar dagang dalil darah darimana darinya darurat dasar dasarnya deh demam demi demikian demo denda "
    "depannya desak dewan dgn digital dinas diperlakukan disabilitas dispenduk dll dong dpr dprd dst dtks duh "
    "uu duka dukung dunia dzulhijjah elektronik elit emosi enggak etika fitri forum fungsi ga gabung gagal gaji gak "
    "galak gambaran gampang ganggu gangguan garis gawat gelapnya gelar genset gerbang gimana gk gmn goblok "
    "golongan gotong gubernur gula hadir halamannya halo hamba hamil handphone hanyalah hanyut hebat hei heran "
    "hewan hidup hongkong hukum idul ijazah ijin ikd ilmu imbalan imigrasi imlek indihome indomaret indonesia "
    "industri internet ipar izin jaga jakarta jaket jalanan jaman jaminan jasa jatuh jawa jd jelasnya jembatan "
    "jenguk jg jln jorok jual judes jumlahnya jurnal kabar kabel kabupaten kaca kacau kadaluarsa kaki kalimantan "
    "kalo kampungnya kanan kandung kantin kantornya kantung karcis karet karpet karyawan kawan kawanan kawasan "
    "kaya kayak kebetulan kebijakan kebutuhan kecelakaan kecilnya kelahiran kelas keliling kelompok kelurahan "
    "kemerdekaan kemudahan kendala kendaraan kenyataan kenyataannya keponakan kerap keras kerepotan kering kesal "
    "kesehatan kesra keterangan kia kiri kliwon klo kok kolom komentar konfirmasi kontak kontrak kontrakan "
    "koperasi koran kos kritik krn kua kualitas kucing kuitansi kumuh kunci kuota lagian lah lahan laktasi "
    "lamanya lancar langganan lansia lapak lapangan lapar larangan lawan layak layar lebaran ledeng legalisir "
    "legi lemah lembaga lemot lengkapnya lepas lho liar libur licin lingkar lisan listriknya lobi loh lowongan "
    "lpj luas lubang lucu lugas lumayan lunas macet macetnya madura magang makadam makanan makasar makasih malas "
    "malaysia maling malu manfaat manual marah masalahnya masing masker materai maulid maulud mbah mbok medsos "
    "menantu mending menit mental menuju merek mertua meter min minim minum minuman miskin mitra monggo muharram "
    "mukena mulut mundar mushola musim mutu naik nangis napa nasib nasional natal negara negatif negeri nganggur "
    "ngantri ngantuk ngapain ngerti nggak ngobrol ngurus niat nih nilai nunggu nyata nyawa nyepi nyuruh obat ojek "
    "ojol oknum omong ongkos onlen online orangtuanya org organisasi orng pabrik padam pagar pahing pahit "
    "pahlawan pajak paket paksa pala paling palsu palsunya paman panduan panggil panggilan panik panitia pantas "
    "pantau papa papua parkirnya paspor patuh paving pbb pd pdhl peduli pekan pelajar pelaksana pelayan "
    "pelayanannya pelita pelosok pembangunan pemerintahan pemilik pemilu pemuda pendapat pendidikan pengalaman "
    "pengen penghubung pengiriman pengumuman penjaga perangkat percuma perda perekam perihal peristiwa perjalanan "
    "perkara permisi pernah persen persyaratannya petani petunjuk pihaknya piket pilih pin pinggir pintas pkh plt "
    "pojok pokok polisi polres pon poros pribadi produk program protes provinsi ptsl pulpen pusing raga ragu "
    "rajab rajin rakyat ramadan ramadhan rapat rasanya ratus rawan raya rela relasi relawan resmi ribet ribu "
    "ribut ringan risih robek rokok rombongan rugi rujukan rukun rusuh rute sabun safar sahabat saksi salur "
    "sambil sambung sambutan sampe sampul santai santun sapa sapar sarana sarapan sarjana satpol satuan saudi "
    "sawah sd sdh sebal sebelahnya seberang segala segera sehari sejarah sekadar sekarat sekcam semangat semena "
    "sementara semestinya seminar sempit sempitnya semrawut senam sengaja sensor sepatu sepi sepuh sepupu serius "
    "sertifikat server servis setapak sewa seyogyanya siaga siapapun sibuk sidik sifat sih sinyal sisa siswa "
    "situasi skck skrg sktm sma smk smp smpai smpe solusi sombong sosial sosialisasi spanduk spp status stempel "
    "stnk stres suara suasana subsidi sudut sukarela sulawesi sumatera sumatra sumbangan sungai surabaya suruh "
    "survei sy sya syaban syawal syukur taat tabel tabrak tahap taiwan tajam takut tambahan tampaknya tamu "
    "tanggapan tanggung tani target tarif tas tatap tdak tdk tega tegur teh teknis teknisi telat teliti temannya "
    "tembok tembus tenaga tengahnya teras terdaftar terendah terhadap terimakasih terkait terpaksa tersebut "
    "tertentu tertinggal tertinggi tetek tikus tindak tindakan tipe tipu tiri titip tls toko tokoh tol tolak tp "
    "transparan transport transportasi trantib trus tu tua tuan tugasnya tuh tukang tulis tulisan tuna tunai "
    "tunda tuntas tutup tv ubah ucap udah udara udh ugal ujar ujian ujung ukur ulah umrah umumnya undang undangan "
    "uraian usul utama utang utk video viral wage waisak wakil wartawan warung wassalamualaikum wc wib wifi "
    "wilayah wkwk yah yakin yatim yayasan yg yuk zonasi"
)
"""Further words of complaints: what is written without care or abroad of the office's own words."""

_SCREENS = split_words(
    "acak acara acuan adendum administrator agustusan akad akademik akun alih ambulans amount analisis android "
    "angkatan ansor apotik arti artikel asap asn audit ayat bab babinsa bacaan bagan bahagia baku balasan baliho "
    "balita bandara banser bansos baptis barcode basis batang batuk bau baznas becak bekerja bercerai beri berisi "
    "berita bingung birokrasi biru bising bkn bni bnn bobot bola bpkb bpn bps bri browser btn buddha budha bujang "
    "buku bumdes bus butir cadangan caleg capaian capres catatan cerai chat coklat cpns daging damkar dapur "
    "daring daripada debu desain dewasa diakui diambil dianggap dibaca dibalas dibawa diberi dibuat dibuka "
    "dicabut dicari dicatat dicentang dicetak dicoret difabel difotokopi digabung diganti dihapus dihitung "
    "diimpor diisi dijabat dijamin dijawab dikenal dikenali diketahui diketik dikirim dikunci dilengkapi dilihat "
    "diminta dinding dinilai dinkes dinsos dipakai diparaf diperbaiki diperiksa dipilih direkam disalin disdik "
    "disebut disegel disetujui dishub disimpan disnaker dispenda disposisi distribusi disusun ditahan ditambah "
    "ditandai ditandatangani ditarik ditepati diterima ditindaklanjuti ditolak ditulis ditunggu ditutup diubah "
    "diukur diunduh diunggah domisili download duda ejaan ekspedisi ekspor email ember emblem facebook flashdisk "
    "flyer folder formalitas formula formulir galungan ganda ganjil garam gayung gelisah genangan gereja giliran "
    "google gps gudang gunting hajatan halte hapus harian helm hibah hijau hindu hitungan honorer hotline huruf "
    "ikan inap indeks indikator inpres inspektorat instagram instruksi integritas internal iphone iris isian "
    "jabatan jalur janda jari jaringan jas jeda jemput jendela jengkel jingga jompo judul juta kagum kalender "
    "kalimat kamera kapan karnaval kasubbag katolik kejaksaan kelak kelamin keliru kemenag kemendagri kementerian "
    "kendali kenduri kepercayaan kepmen kepmendagri kepmenpan keppres keputusan kereta ketik ketupat khitan "
    "kinerja kip kirim kis kitap kitas klausul klenteng kode kolektif konghucu konsep koramil koreksi koridor "
    "korpri kpu kristen kunjungan laci lambang lampiran lanjut laptop latar lift lihat link linmas login lsm luka "
    "lumpuh lusin mahasiswa majalah maklumat mall massal memakai memegang memenuhi memeriksa memilih memiliki "
    "memindai memuat menandatangani menangani menarik mencabut mencari mencatat mencetak mencoba menerima menilai "
    "menindaklanjuti menjadi menjamin menjawab menolak menteri menu menulis menunggu menunjuk menutup merekam mie "
    "mikrofon miliar minimarket minyak mulud muncul muslimat muspika nasi nelayan netra nihil notaris ombudsman "
    "operasi otomatis pakai pakta pasal paskah password pauses payung pelabuhan penanggung pendek pendopo "
    "penerima pengadilan pengajian pensiunan penyebut peran perbup perdes pergub perhutani periksa periode "
    "perjaka permanen permen permendagri permenkes permenkeu permenkumham permenpan pernikahan perpres perpu "
    "persis perwali pesan peternak piatu pileg pilek pilkada pilkades pilpres pindai pindaian pln pmi pns "
    "poskamling poster posyandu potongan pptk prakerja prasarana presiden prinsip printer prioritas prona "
    "prosedur protestan pungutan pura putih putusan qr qris rahasia rambut rancangan raskin rastra rawat "
    "reformasi reguler rekap rekening remaja rencana responden revisi riwayat rsud rumus rungu ruwah salin "
    "salinan sambungan sampel samping samsat saring sasaran sayur scan scanner screenshot sdn sebagian sebanyak "
    "sebelas sebulan seharian sejenak sekaligus sekda selagi selaku selisih semalam semester seminggu sempat "
    "semula sensus separuh sepekan seperempat sepertiga sepuluh sesudah setahun setujui seumur sewaktu siklus "
    "simpan skb skema smkn smpn sobek stasiun stiker strategy stroke suro susunan swalayan tablet tahunan takziah "
    "talak tampilan tangani telapak telur tempel tempo temuan terisi terminal terpadu tertua tiktok tinggal "
    "tinjauan tinta tisu tni tombol tpq tps triwulan truk tujuh twitter unduhan unggah ungu unsur upacara upload "
    "urutan username usulan utuh uud valid versi vihara wajah walikota waris wasiat webcam website wewenang "
    "kadaluwarsa kasir paguyuban pendatang susulan vaksin whatsapp wiraswasta wna wni youtube ziarah zona zoom"
)
"""Words of the office's own standards, pages and guide; institutions, laws and programs that citizens name."""

COMMON = _OFFICE | _EVERYDAY | _SCREENS
AROUND = (("ke", "an"), ("pe", "an"))
ACTS = ("pem", "pend", "penc", "penj", "peng", "peny", "meng", "meny", "memp", "memb", "menj", "menc", "ment", "mend")
ABSTRACT = ("asi", "itas", "isme", "logi", "grafi")


def is_derived(word: str) -> bool:
    """Whether a word (lower case) is made as verbs and abstract words are, and no name: `kependudukan`, `identitas`."""
    if len(word) < 7:
        return False
    around = any(word.startswith(before) and word.endswith(behind) for before, behind in AROUND)
    return around or word.startswith(ACTS) or word.endswith(ABSTRACT)


def is_short_form(word: str) -> bool:
    """Whether a word as it is written is the short form of an institution: `BRI`, `RSUD`, `PKH`; no name is like it."""
    vowels = sum(letter in "AIUEO" for letter in word)
    return 2 <= len(word) <= 5 and word.isupper() and vowels <= (len(word) > 2)


PLACES = split_words(
    "bali bandung banyuwangi batu bekasi blitar bogor bondowoso denpasar depok gresik indonesia jakarta jatim jawa "
    "jember kediri lamongan lumajang madiun madura malang mojokerto nganjuk pasuruan ponorogo probolinggo semarang "
    "sidoarjo situbondo solo surabaya tangerang tuban tulungagung yogyakarta"
)
"""Places that a complaint names without saying anything of a person; those of the office come with the masker."""

TITLES = split_words(
    "ananda ayahanda bang bapak bernama bpk bu bude bulek bulik cak dek dik gus haji hajjah hj ibu ibunda kang "
    "kiai kyai mas mba mbah mbak nama namanya neng nn ny nyonya om pak pakde paklek paklik saudara saudari sdr "
    "sdri tante tn tuan ustad ustadz ustadzah ustaz ustazah yu"
)
"""A word after which a name follows, also one that nobody knows and that is written small."""

POSTS = split_words(
    "bidan bupati calo camat carik dokter guru juru kades kadus kasi kasun kepala ketua lurah mantri modin oknum "
    "operator pastor pegawai pelapor pemohon pendeta pengadu perangkat petugas romo rt rw saksi satpam sekcam "
    "sekdes sekretaris sopir staf suster"
)
"""A word after which a name may follow, if it is written with a capital letter."""

RELATIONS = split_words(
    "adik ahli alm almarhum almarhumah anak ayah bapak bayi besan bibi bunda cicit cucu emak eyang ibu ipar istri "
    "kakak kakek kawan keponakan mama menantu mertua nenek paman ponakan rekan saudara sepupu suami tante teman "
    "tetangga tunangan"
)
"""A word for a relative, after which a name may follow: `istri saya Ngatini`."""

ACADEMIC = split_words("h hj dr drs dra ir se sh st sp spd sag sos stp mm msi mpd bin binti")
"""Titles and joints beside a name that are none."""

POSSESSIVE = split_words(
    "aku angkat beliau bungsu dari dia kami kandung kita kedua ketiga ku mereka pertama saya sulung sy tiri yang"
)
"""Words between a relative or a post and the name."""

NAMED = split_words("bernama nama namanya panggilannya tertanda ttd an")
"""Words after which only a name can follow."""

HOLDERS = split_words(
    "akta berkas bersama data dipanggil dengan ditemui dilayani kartu kata kk ktp kia menurut milik oleh punya "
    "sama saudara tertulis warga"
)
"""Words after which a name may follow, if it is written with a capital letter and no everyday word."""

SIGNERS = split_words("dari hormat oleh pelapor pemohon pengadu penulis pengirim salam tertanda ttd wassalam")
"""Words after which somebody signs, behind a colon or comma."""

GIVEN = (
    split_words(
        "abas abdillah abdul abdullah abidin ade adinda aditya afifah agung agus ahmad ainun aisyah aji ali alif "
        "alfiyah alim aminah amir amirudin anang andi andik andika andri angga anggraini ani anik anis anisa anita "
        "annisa anton anwar apriliani ardi ardian arief arif arifin aris arman arum ary aryani asih asmaul asmuni "
        "astri astuti atik atim aulia ayu ayuningtyas aziz azizah badrus bagas bahrul bahrudin bambang basori "
        "basuki bayu bejo benny budi budianto budiman budiono buari burhan busiri cahyo cahyono candra catur chandra "
        "chusnul citra cipto dani daniel danu darmaji darmanto darmi darsono dedi dedy defi denny desi deni devi dewi "
        "dian diana didik dimas dina djoko dodik dona donny dwi edi edy efendi eka eko elis elok emi ema endah "
        "endang endri eny erna erni erwin esti eva evi fadil fahmi faisal faizal fajar farida faridah fariz farhan "
        "fathoni fatimah fatma fauzan fauzi fauziah febri febrianti ferdi ferdiansyah feri ferry fikri firdaus "
        "firman fitri fitria fitriani fitriyah gatot ghofur gilang giman ginanjar giyem giyono gufron gunawan guntur "
        "habib habibah hadi hafid hafidz hakim halim halimah hamdan hamid hamidah hamzah handayani handoko hanif "
        "hanik hariadi hariono hariyanto hartati hartini hartono haryanto haryono hasan hasanah hasanudin hasyim "
        "hendra hendri hendrik heni henny heri herlina herman hermawan heru hidayah hidayat hidayati hosen hosnan "
        "husen husnul ibnu ibrahim ida idris ifa ika ikhsan ikhwan ilham ilyas imam imamah imron ina indra indri "
        "indriani indriyani ipung ira iran irawan irawati irfan irma irwan isa isma ismail ismiati istiqomah iswanto "
        "iswati ita iwan jaelani jailani jamal jamaludin jamil jamilah januar jarwo jauhari jihan joko jono juariyah "
        "juli juliana julianto jumadi jumaadi jumaidi jumain jumanto jumari jumiati juminten junaidi juni juwari "
        "kamil kamsiah karim karman karmi karmin karsi kartika kartini karto kartono karyadi kasan kasanah kasdi "
        "kasiman kasiyati kasmin kasminah kasti katimin katiman katmini katmi khadijah khairul khalid khoiriyah "
        "khoirul khoirun khotimah khusnul kholifah kholil kholis komari komariyah krisna kristina kurnia kurniawan "
        "kurniawati kurniasih kusnadi kusno kusuma laila lailatul laili lasmi lasmini lastri latif latifah legimin "
        "legiman leni lestari lia liana lilik lilis lina linda lisa listiani lukman lukito luluk lusi lutfi lutfiah "
        "madi madun mahfud mahmud mahmudah maimunah maisaroh makmur malik manan mansur mardi mardiana mardiyah "
        "margono mariati mariana mariyam mariyati marjuki marlina marno marsudi marti martini marto marwan marwah "
        "maryam maryati maryono maryanto mashudi masruroh masrur masudi matali matrawi maulana maulida mawardi "
        "mega meilani melati misbah misbahul misdi misjan miskan misnan misnati misno misnawi miswan mohamad mohammad "
        "muchlis mudjiono muhajir muhamad muhammad muhlis muhyidin mujiati mujiono mukhlis mukti mulyadi mulyani "
        "mulyati mulyono munawar munawaroh munir muniroh murni murniati mursid murtini musa muslih muslim muslimah "
        "mustafa mustakim mustofa mutmainah nabila nadia nafisah naim nanang nanik narti nasikin nasir nasrul "
        "nasrullah natasya ngadi ngadimin ngadiman ngadiono ngatemi ngatemin ngatini ngatiman ngatinem ngationo nia "
        "niken nikmah ninik nining nita nofal novi novita nugroho nunik nunung nur nurafni nuraini nurdin nurhadi "
        "nurhayati nuril nuriyah nurjanah nurkholis nurlaila nurul nuryati nyoto oki okta oktavia pairan paidi paijan "
        "paijo paimin paimun painem pairin paiman parman parmi parno parti partini partono parwati pipit poniman "
        "ponijan ponimin ponirah poniran poniyem prabowo pranoto pratama pratiwi prasetya prasetyo "
        "prastowo prayitno prihatin "
        "priyanto priyono pujiati pujiono puji purnama purnomo purwadi purwanti purwanto purwati puspita rahardjo "
        "rahayu rahma rahman rahmat rahmawati ramadhan ramadhani ramli randi rani rasyid ratih ratna ratri reni "
        "reno retno rian riana rianto ribut ridho ridwan rifai rifki rika rina rini rinto risa riska riski risma rita "
        "riyadi riyanti riyanto rizal rizki rizky robi rochman rodiyah rofiah rofiq rofik rohana rohani rohaya "
        "rohimah rohman rohmah rohmat roihan romadhon romli rosidah rosidi rosita roni rosyid rubiah rudi rudy "
        "rukayah rukmana rukmini rumini ruslan rusdi rusdiana rusmiati rusmini rustam rusti sabar sabrina saeful "
        "safitri safrudin sahid sahlan sahrul saiful sairi sakdiyah saleh salim salma salman samad samiati samidi "
        "samin samirah samsi samsiah samsudin samsul samsuri samuji sandi sanip santi santoso sanusi saodah saputra "
        "saputri sarah sari sarip sariyem sarjono sarmi sarno sarti sartika sarwono satimah satria satumi saudah "
        "sekar septi septian setiawan setiawati setyo setyowati sholeh sholihah shinta sidik sigit sinta siswanto "
        "siswoyo siti slamet sobari sodikin soleh solihin solikah solikin sonhaji sonya sri subagyo subandi subarjo "
        "subekti subur sudarmi sudarmo sudarsono sudarti sudibyo sudirman sudjarwo sugeng sugianto sugiarto sugiono "
        "sugiyanto sugito suharti suharto suhartono suharyono suheri suherman sukardi sukarji sukarman sukarmi sukarno "
        "sukarti sukatmi sukemi sukesi sukiman sukinah sukirah sukirman sukri suladi sulaiman sulami sulasih sulasmi "
        "sulastri suliati suliha sulis sulistyo sulistyowati suliyah sulton sumadi sumanto sumarah sumardi sumarji "
        "sumarmi sumarni sumarno sumarsono sumarti sumarto sumi sumiati sumini suminah suminto sumirah sumiyati "
        "sunardi sunari sunarko sunarno sunarsih sunarti sunarto sundari sunhaji sunyoto suparjo suparlan suparman "
        "suparmi suparno suparti supardi supiyah suprapti suprapto supratman supriadi supriyadi supriyanto supriyono "
        "surati suratman suratmi suratno surip suripto surya suryadi suryani suryanto suryati suryono susanti susanto "
        "susi susiati susilo susilowati susiyanti sutaji sutarjo sutarman sutarmi sutarno sutarti sutejo suti sutik "
        "sutikno sutilah sutini sutinah sutiono sutiyah sutomo sutopo sutoyo sutrisno suwandi suwardi suwari suwarni "
        "suwarno suwarsih suwarti suwarto suwito suwoto suyadi suyanti suyanto suyati suyatmi suyatno suyitno suyono "
        "syafii syahrul syaiful syaifudin syamsul tamam tambir tari tarmuji tarmidi tarno taufan taufik taufiq tegar "
        "teguh tejo tina tini titik titin tohari tohir toha tono totok triana triono trisno triwahyuni tugiman tugino "
        "tuginah tuginem tukijan tukiman tukimin tukinah tukinem tukiran tukirah tukiyem tulus tumiati tumijan tumini "
        "tumin tuminah tumirah tuminem turmudi tutik ulfa ulum umar umi umiyati ummi untari usman utami uswatun vina "
        "vivi wagiman wagimin wagirah wagiyem wagiran wahab wahid wahidah wahono wahyu wahyudi wahyuni wahyuningsih "
        "wakidi warjo warni warno warsito warsono warti wasis wasito wati watini wawan welas wibowo widayat widayati "
        "widi widiastuti widodo widya wijayanti wiji winarni winarno winarsih winarti winda wisnu wiwik wiwin wiwit "
        "wulan wulandari yahya yanti yanto yasin yatemi yati yatim yatin yatno yayuk yeni yesi yogi yoga yono yuda "
        "yudi yuli yuliana yuliani yulianti yulianto yuliati yulis yuni yuniarti yunita yunus yusron yusuf zaenab "
        "zaenal zaenuri zahra zaini zainab zainal zainudin zainul zainuri zakaria zakiyah zubaidah zuhri zulaikah "
        "zulfa zulkifli zumaroh"
    )
    - COMMON
)
ENDINGS = (
    "anto",
    "into",
    "unto",
    "yono",
    "jono",
    "wono",
    "tono",
    "sono",
    "diono",
    "tiono",
    "giono",
    "woyo",
    "toyo",
    "wati",
    "yati",
    "miati",
    "niati",
    "siati",
    "ningsih",
    "ningrum",
    "ningtyas",
    "iyem",
    "inem",
    "atemi",
    "inah",
    "imah",
    "irah",
    "iyah",
    "astuti",
    "yanti",
    "ianti",
    "wanti",
    "uddin",
    "udin",
    "udhin",
    "ullah",
    "uloh",
    "ulloh",
    "rohman",
    "rahman",
    "syah",
    "yadi",
    "wadi",
    "suki",
    "tini",
    "arti",
    "asmi",
    "armi",
    "jiman",
    "giman",
    "kiman",
    "timan",
    "niman",
    "rdjo",
    "roso",
    "setyo",
    "wardhana",
    "wijoyo",
    "nugroho",
    "atun",
    "atul",
    "inten",
    "iyanto",
    "awan",
    "udi",
    "ijan",
    "imin",
)
"""How words end that are names, from six letters on."""
NAMESAKES = split_words(
    "adil asih bagus bakti budi bulan bunga cahaya cantik cinta damai dewi fajar hari harum indah jaya jujur "
    "juli juni kasih kurnia lestari mawar melati murni panca permata pertiwi pratiwi puji putra putri rahayu "
    "ramadan ramadhan ribut sabar sari satria sehat sekar senang setia slamet subur sumber surya tegar teguh "
    "tri tulus untung utama wahyu wangi waras"
)
"""Everyday words that are names as well: taken for one after a title, when written with a capital letter."""


def is_name_like(word: str) -> bool:
    """Whether a word (lower case) is a name by itself: known, or of a form that only names have."""
    if word in GIVEN:
        return True
    return len(word) > 5 and word not in COMMON and word.endswith(ENDINGS)
