"""The officers' guide inside the program: every page opens for everybody, as HTML and with its pictures."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.compose_office import make_office_app
from app.core.permissions import SYSTEM
from app.platform.people.changes import AddPerson
from app.platform.people.service import add_person
from app.platform.web import guide
from schema.profiles import load_profile, profile_names
from sync.journal import Journal
from tests.platform.people import PASSWORD, SECRET_KEY, START, Browser
from tests.proof.pair import CHEAP
from tests.rules.source import ROOT

OFFICE_ROLES = load_profile().side_roles("office")

OFFICE = [one.name for one in guide.pages_of("office")]
EMPTY = {"img", "hr", "br", "meta", "link", "input"}


class Balance(HTMLParser):
    """Which elements are open, and every address that is named on the way."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.named: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.named += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html(text: str) -> str:
    return str(guide.to_html(text, lambda target: f"/to/{target}"))


def test_a_list_keeps_what_stands_below_an_item() -> None:
    text = "1. **Satu** dulu\n   lalu lagi.\n\n   ![Gambar](a.png)\n\n2. Dua\n   - dalam\n\nSesudahnya."
    assert html(text) == (
        '<ol><li><b>Satu</b> dulu lalu lagi.\n<p><img src="/to/a.png" alt="Gambar"></p></li>'
        "<li>Dua\n<ul><li>dalam</li></ul></li></ol>\n<p>Sesudahnya.</p>"
    )


def test_tables_code_and_links() -> None:
    assert html("| a | b |\n|---|---|\n| c | [d](e.md) |\n") == (
        '<table class="list tight"><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
        '<tbody><tr><th scope="row">c</th><td><a href="/to/e.md">d</a></td></tr></tbody></table>'
    )
    assert html("Ketik `**ini**`:\n```sh\na *b*  <c>\n```\n## Akhir\n") == (
        '<p>Ketik <code>**ini**</code>:</p>\n<pre><code>a *b*  &lt;c&gt;</code></pre>\n<h2 id="akhir">Akhir</h2>'
    )
    assert html("```\na\nb\n```\nLalu\n\n---\n## Judul\nTeks\n") == (
        '<pre><code>a\nb</code></pre>\n<p>Lalu</p>\n<h2 id="judul">Judul</h2>\n<p>Teks</p>'
    )


def test_nothing_of_a_text_becomes_markup_by_itself() -> None:
    assert html('<script>"&"</script> [x"](y")') == (
        '<p>&lt;script&gt;&#34;&amp;&#34;&lt;/script&gt; <a href="/to/y&#34;">x&#34;</a></p>'
    )


@pytest.fixture(params=OFFICE_ROLES)
def reader(request: pytest.FixtureRequest, journal: Journal, tmp_path: Path) -> Browser:
    """Somebody of each role of the office."""
    role = str(request.param)
    add_person(
        journal,
        SYSTEM,
        AddPerson(username="pembaca", name="Pembaca", roles=(role,), area="3508072002" if role == "village" else None),
        password=PASSWORD,
        must_change=False,
        now=START,
        cost=CHEAP,
    )
    return Browser(make_office_app(journal, tmp_path, {"SECRET_KEY": SECRET_KEY, "CLOCK": lambda: START}), "pembaca")


def test_everybody_begins_with_the_own_page_and_may_read_all(reader: Browser) -> None:
    first = reader.get("/panduan/").get_data(as_text=True)
    assert re.search(r'aria-current="page">([^<]+)</a></li>', first)
    assert 'href="/panduan/"' in first
    assert {reader.get(f"/panduan/{name}").status_code for name in OFFICE} == {200}


def test_a_clerk_of_the_village_sees_the_village_first(as_ratna: Browser, journal: Journal) -> None:
    add_person(
        journal,
        SYSTEM,
        AddPerson(username="dewi", name="Dewi", roles=("village",), area="3508072002"),
        password=PASSWORD,
        must_change=False,
        now=START,
        cost=CHEAP,
    )
    page = Browser(as_ratna.app, "dewi").get("/panduan/").get_data(as_text=True)
    assert "<h1>Petugas desa</h1>" in page
    assert "<b>Simpan nomor</b>" in page


@pytest.mark.parametrize("name", [*OFFICE, "pusat-cetak"])
def test_a_page_is_whole_and_leads_somewhere(as_ratna: Browser, name: str) -> None:
    page = as_ratna.get(f"/panduan/{name}").get_data(as_text=True)
    body = page[page.index('<section class="sheet guide"') : page.index('<nav class="sheet')]
    balance = Balance()
    balance.feed(body)
    plain = re.sub(r"<code>.*?</code>", "", body, flags=re.DOTALL)
    assert balance.open == []
    assert [mark for mark in ("**", "](", "```", "\n- ", "<p>|") if mark in plain] == []
    inside = [text for text in balance.named if text.startswith("/")]
    assert {one: as_ratna.get(one).status_code for one in inside} == dict.fromkeys(inside, 200)
    assert [sentence for sentence in balance.named if not sentence.startswith(("/", "http://127.0.0.1"))] == []


def test_the_head_of_a_page_says_where_it_belongs() -> None:
    assert [OFFICE[0], OFFICE[-1]] == ["semua", "administrator"]
    assert [page.name for page in guide.pages_of("centre")] == [
        "pusat-cetak",
        "administrator",
        "bank",
        "administrator-pusat",
        "windows",
        "halaman-status",
        "kode-ponsel",
        "tombol",
        "latihan",
    ]
    named = {role for page in guide.pages_of("office") for role in page.roles}
    assert set(OFFICE_ROLES) <= named
    assert named <= {role for name in profile_names() for role in load_profile(name).roles}


def test_pictures_come_from_their_folder_only(as_ratna: Browser) -> None:
    picture = as_ratna.get("/panduan/gambar/desa-meja.png")
    assert (picture.status_code, picture.content_type) == (200, "image/png")
    assert picture.data == (ROOT / "docs/petugas/gambar/desa-meja.png").read_bytes()
    for name in ("tidak-ada.png", "..%2Fdesa.md", "%2e%2e/desa.md"):
        assert as_ratna.get(f"/panduan/gambar/{name}").status_code == 404


def test_the_wheel_brings_every_page(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    listing = subprocess.run([sys.executable, "-m", "zipfile", "-l", str(wheel)], check=True, capture_output=True)
    names = {
        "administrators.md",
        "windows.md",
        *(f"petugas/{path.name}" for path in (ROOT / "docs/petugas").glob("*.md")),
    }
    assert {name for name in names if f"app/_bundled/docs/{name}".encode() not in listing.stdout} == set()
    assert b"app/_bundled/docs/petugas/gambar/desa-meja.png" in listing.stdout


MARKED = """- eins <!-- hanya ktm --> und
  mehr
  - tiefer

- zwei

Absatz <!-- hanya biro -->
geht weiter.

## Kartu <!-- hanya ktm -->

Teks.

### Dalam

## Lain
| a | b |
|---|---|
| c | d | <!-- hanya ktm -->
| e | f |
"""


def test_an_office_reads_what_is_about_its_kind_and_its_services() -> None:
    biro = guide.text_for(MARKED, frozenset({"biro", "kartu-pns"}))
    assert " ".join(biro.split()) == "- zwei Absatz geht weiter. ## Lain | a | b | |---|---| | e | f |"
    ktm = guide.text_for(MARKED, frozenset({"poltekkes", "ktm"}))
    assert " ".join(ktm.split()) == (
        "- eins und mehr - tiefer - zwei ## Kartu Teks. ### Dalam ## Lain | a | b | |---|---| | c | d | | e | f |"
    )
    assert guide.text_for(MARKED, frozenset()).count("hanya") == 0


def test_no_office_is_offered_a_page_about_another_kind() -> None:
    biro = frozenset({"biro", "kartu-pns"})
    offered = {page.name for page in guide.pages_of("office") if page.is_for(biro)}
    assert {"kolektif", "informasi", "semua"} <= offered
    assert not {"camat", "desa", "loket", "ktm", "hotline", "paten"} & offered
    assert guide.guide_address("desa.md", biro) == ""
    shown = guide.text_for(guide.guide_pages()["semua"].text, biro)
    assert "gratis" not in shown
    assert "12 hari kerja" not in shown
