"""Words that are names: given names of the region, endings that only names have, everyday words that are names too.

`common_words.py` wins: a word that stands there is taken for a name only where its place says so. Lower case.
"""

from __future__ import annotations

from app.complaints.common_words import COMMON, words

GIVEN = (
    words(
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
    "anto", "into", "unto", "yono", "jono", "wono", "tono", "sono", "diono", "tiono", "giono", "woyo", "toyo", "wati",
    "yati", "miati", "niati", "siati", "ningsih", "ningrum", "ningtyas", "iyem", "inem", "atemi", "inah", "imah",
    "irah", "iyah", "astuti", "yanti", "ianti", "wanti", "uddin", "udin", "udhin", "ullah", "uloh", "ulloh", "rohman",
    "rahman", "syah", "yadi", "wadi", "suki", "tini", "arti", "asmi", "armi", "jiman", "giman", "kiman", "timan",
    "niman", "rdjo", "roso", "setyo", "wardhana", "wijoyo", "nugroho", "atun", "atul", "inten", "iyanto", "awan",
    "udi", "ijan", "imin",
)  # fmt: skip
"""How words end that are names, from six letters on."""
NAMESAKES = words(
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
