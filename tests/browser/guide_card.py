"""Scenes of the officers' guide on the main job: one card from the village to its owner, on the demo's last day."""

from tests.browser.camera import Camera
from tests.world.cast import PIN

NIK, KK = "3508995708900915", "3508991203150915"
"""Of the applicant who is registered; the others are found by the state of their files."""


def of_the_village(camera: Camera) -> None:
    """A form is typed and registered; blank forms are set aside."""
    page = camera.page
    camera.enter("munder")
    camera.keep("desa-meja")
    page.fill("#kunci", NIK)
    with page.expect_navigation():
        page.press("#kunci", "Enter")
    page.locator("#kind").get_by_text("Baru", exact=True).click()
    page.select_option("#form_code", "f_1_02")
    for name, text in (
        ("kk", KK),
        ("full_name", "Lestari Wahyuningsih"),
        ("birth_place", "Lumajang"),
        ("birth_on", "17081990"),
        ("rt", "3"),
        ("rw", "1"),
    ):
        page.fill(f"#{name}", text)
        page.press(f"#{name}", "Tab")
    page.locator("#sex").get_by_text("Perempuan", exact=True).click()
    for item in ("village_letter", "signature_applicant", "signature_village_head", "kk_copy"):
        page.check(f"#have-{item}")
    page.wait_for_selector("#asides:has-text('Latar pas foto')")
    page.evaluate("scrollTo(0, 0)")
    camera.keep("desa-formulir")
    camera.press("Daftarkan dan cetak tanda terima")
    camera.paper("tanda-terima", camera.printed("Cetak"), 110)
    camera.press("Ke berkas")
    camera.keep("desa-berkas")
    camera.go("/permohonan/formulir")
    page.fill("#count", "5")
    camera.press("Simpan nomor")
    camera.paper("formulir-kosong", camera.printed("Cetak 5 lembar"))


def tick_all(camera: Camera) -> None:
    """Everything lies there: nothing arrives ticked, not even what was seen before the file went back."""
    for radio in camera.page.locator("input[type=radio][value=present]").all():
        radio.check()


def of_the_counter(camera: Camera) -> None:
    """A file arrives, goes back, comes again and is accepted; a form of the dark day is typed in."""
    page = camera.page
    camera.enter("retno")
    camera.keep("loket-meja")
    camera.go("/berkas?langkah=submit")
    camera.click("tbody th a")
    camera.press("Berkas diterima")
    camera.press("Periksa berkas")
    tick_all(camera)
    page.check("input[name=state-photo][value=wrong]")
    page.check("#seen-photo input[data-differs]")
    page.locator("details", has_text="Kembalikan kepada pemohon").evaluate("fold => { fold.open = true }")
    page.check("text=Warna latar pas foto tidak sesuai tahun lahir")
    camera.show("#item-photo")
    camera.keep("loket-periksa")
    page.locator(".asks summary", has_text="Kembalikan…").click()
    camera.press("Kembalikan")
    camera.press("Ke berkas")
    camera.press("Berkas diterima kembali")
    camera.press("Periksa berkas")
    tick_all(camera)
    page.check("#seen-photo input:not([data-differs])")
    page.fill("#folder", "12")
    camera.press("Lengkap dan valid")
    camera.paper("slip-janji", camera.printed("Cetak"), 110)
    camera.press("Ke berkas")
    camera.keep("loket-berkas")
    camera.go("/permohonan/formulir")
    number = page.inner_text("tbody th >> nth=0")
    camera.go("/permohonan/formulir/isi")
    page.fill("#kode", number)
    camera.press("Buka formulir")
    page.locator("details:has(#received_on)").evaluate("fold => { fold.open = true }")
    page.fill("#received_on", "01042026")
    page.fill("#late_reason", "Listrik padam, ditulis di kertas")
    page.press("#late_reason", "Tab")
    camera.keep("padam-mundur", "details:has(#received_on)")


def of_the_cards(camera: Camera) -> None:
    """Cards are counted, called and handed over."""
    camera.enter("retno", "/kartu/kedatangan")
    camera.keep("loket-kedatangan")
    camera.go("/kartu/panggilan")
    camera.click("a[aria-label^='Serahkan kartu']")
    camera.keep("loket-serah")


def of_the_recording(camera: Camera) -> None:
    """The device works again, people are scheduled, one is recorded; the dispatch is put together."""
    page = camera.page
    camera.enter("fajar", "/perekaman/")
    page.locator("#alat details").evaluate("fold => { fold.open = true }")
    page.select_option("#alat select", label="Alat Pemindai Mata")
    page.locator("#works").get_by_text("Berfungsi", exact=True).click()
    camera.press("Simpan")
    camera.go("/perekaman/")
    camera.click("button[aria-label^='Hadir:']")
    camera.go("/perekaman/")
    camera.keep("operator-perekaman")
    camera.click("#jadwal a[aria-label^='Catat perekaman']")
    page.locator("#how").get_by_text("Direkam di sini", exact=True).click()
    page.select_option("#status", "bio_captured")
    camera.keep("operator-catat")
    camera.press("Simpan hasil")
    camera.go("/pengiriman/?pilih=semua")
    camera.press("Susun pengiriman dari yang dicentang")
    camera.keep("operator-susun")
    camera.go("/jalan/")
    camera.keep("operator-jalan")


def of_the_heads(camera: Camera) -> None:
    """What Kasi, Sekretaris and Camat decide."""
    page = camera.page
    camera.enter("agung", "/pengiriman/")
    camera.press("Periksa dan setujui")
    page.fill("#pin", PIN)
    camera.keep("kasi-setujui", "#setujui")
    camera.go("/pengiriman/perbedaan")
    camera.keep("kasi-perbedaan", "section.sheet")
    camera.enter("wiji", "/pengaturan/petugas/penjabat")
    page.locator("#post").get_by_text("Kasi Pelayanan Umum").click()
    page.locator("#kind").get_by_text("Plh.").click()
    page.select_option("#person_id", label="Fajar Setiawan")
    page.select_option("#instead_of", label="Agung Dwi Nugroho (Kasi Pelayanan Umum)")
    page.fill("#decree", "800/12/427.86/2026, 2 April 2026")
    page.fill("#from_on", "02042026")
    page.fill("#until_on", "10042026")
    camera.keep("sekretaris-penjabat", "section[aria-labelledby=new-h]")
    camera.go("/pengawasan/")
    camera.keep("sekretaris-pengawasan")


def of_the_floor(camera: Camera) -> None:
    """The printing centre: queue, incoming lines, one card, its way out, blanks."""
    page = camera.page
    camera.enter("teguh", centre=True)
    camera.keep("pusat-antrean")
    camera.click("a[aria-label^='Periksa ']")
    camera.keep("pusat-masuk")
    page.locator("tr:has(input[name=lines]) th a").first.click()
    page.select_option("#reason", label="Alamat berbeda dengan data pusat. Perbaiki lalu kirim lagi.")
    camera.keep("pusat-tolak", "form[action$='/tolak']")
    camera.go("/")
    camera.click("[aria-label^='Kerjakan ']")
    camera.keep("pusat-cetak")
    camera.go("/pengiriman/kecamatan/350807?pilih=semua")
    page.fill("#counted", str(page.locator("input[name=lines]:checked").count()))
    page.fill("#carrier", "Kurir Dispenduk Capil")
    camera.keep("pusat-kirim")
    camera.go("/blangko/")
    camera.keep("pusat-blangko")


def of_the_card(camera: Camera) -> None:
    """The whole job in its order."""
    for scene in (of_the_village, of_the_counter, of_the_cards, of_the_recording, of_the_heads, of_the_floor):
        scene(camera)
