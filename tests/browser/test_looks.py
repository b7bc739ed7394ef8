"""The probes of `looks.js` see faults that are planted, and nothing on a page that is well made."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser import open_window
from tests.browser.looks import PROBES, ask, find_lost, find_scriptless

pytestmark = pytest.mark.browser
WELL_MADE = """<!DOCTYPE html><html lang="id"><style>
body { margin: 0; background: #fff; color: #111; font: 16px/1.5 sans-serif; } a, button { font: inherit; }
button { border: 1px solid #555; background: #eee; } :focus { outline: 3px solid; }
.note { border: 1px solid #555; background: #ffd; } .scroll { overflow-x: auto; }
.wide { width: 900px; }
@media print { button { display: none } .wide { width: auto } .note { print-color-adjust: exact } }
</style><main><h1>Berkas</h1><p class="note">Lengkap</p><p>Siap <a href="/x">buka</a></p><button>Kirim</button>
<div class="scroll" tabindex="0"><table><tr><td><div class="wide">lebar</div></td></tr></table></div>%s</main></html>"""
PLANTED = {
    "phone: parted “bersama”": '<div style="width: 50px; overflow-wrap: anywhere">Cuti bersama</div>',
    "overlap": '<div style="position: relative">Satu kata<b style="position: absolute; left: 4px">Dua</b></div>',
    "cut by": '<div style="width: 60px; overflow: hidden; white-space: nowrap">Kata yang panjang sekali</div>',
    "beside the page": '<p style="position: absolute; left: -90px">di luar halaman</p>',
    "scrolls sideways: ": '<div style="overflow: auto"><p style="width: 900px">lebar</p></div>',
    "covered": '<div style="position: relative"><a href="/y">Di bawah</a>'
    '<div style="position: absolute; inset: 0; background: #fff"></div></div>',
    "ground lost": '<p style="background: #fdd">Terlambat</p>',
    "shadow lost": '<p style="box-shadow: inset 4px 0 0 #900">Terlambat</p>',
    "::before lost": '<style>.dot::before { content: ""; display: inline-block; width: 9px; height: 9px; '
    'background: #900 }</style><p class="dot">Terlambat</p>',
    "figure lost": '<svg class="bar" viewBox="0 0 9 9"><rect width="9" height="9" fill="#eee"/></svg>',
    "a state without a word": '<p><span class="state"> </span> 4 berkas</p>',
    "no edge": '<button style="border: 0; background: #eee; appearance: none">Tanpa tepi</button>',
    "no ring": '<a href="/z" style="outline: 0">Tanpa cincin</a>',
    "not printed": "<style>@media print { .gone { display: none } }</style><p class='gone'>Jawaban</p>",
    "printed: ": '<details class="asks"><summary>Tolak…</summary></details>',
    "pale on paper": '<p style="background: #111; color: #fff">Putih</p>',
}


def test_each_planted_fault_is_seen_and_a_page_that_is_well_made_has_none(chromium: Browser) -> None:
    context = open_window(chromium)
    context.add_init_script(PROBES)
    page = context.new_page()
    page.goto("about:blank")
    page.set_content(WELL_MADE % "")
    assert find_lost(page) == []
    page.set_content(WELL_MADE % "".join(PLANTED.values()))
    found = find_lost(page)
    assert [what for what in PLANTED if not any(what in one for one in found)] == []
    context.close()


def test_an_act_that_needs_a_script_or_leads_nowhere_is_seen(chromium: Browser) -> None:
    context = open_window(chromium)
    context.add_init_script(PROBES)
    page, app = context.new_page(), Flask(__name__)
    app.add_url_rule("/kirim", "send", methods=["POST"])
    page.goto("about:blank")
    good = '<form action="/kirim" method="post"><input name="csrf_token"><input name="a"><button>Kirim</button></form>'
    assert find_scriptless(page, good, app) == []
    bad = {
        good.replace('action="/kirim" ', ""): "without an address",
        good.replace("csrf_token", "b"): "without its token",
        good.replace("<button>", "<button disabled>"): "without a button",
        good.replace("/kirim", "/tiada"): "leads nowhere",
        "<button>Lihat</button>": "only a script hears",
        '<p hx-get="/kirim">Lihat</p>': "only a script asks",
    }
    assert {html: what for html, what in bad.items() if what not in " ".join(find_scriptless(page, html, app))} == {}
    assert ask(page, "scrolling") == []
    context.close()
