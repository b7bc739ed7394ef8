"""The officers' guide: short pages, small pictures that are all used, and words that stand on the screen."""

import re
from pathlib import Path

from tests.browser.camera import MOST, PLACE
from tests.rules.source import ROOT

GUIDE = ROOT / "docs" / "petugas"
PAGES = sorted(GUIDE.glob("*.md"))
LINES = 60
SPOKEN = (
    "templates/**/*.html",
    "templates/**/*.typ",
    "app/**/*.py",
    "schema/services/*.toml",
    "schema/profiles/desks.toml",
)
"""Where the words of pages and papers stand."""


def on_the_screen() -> str:
    """All that pages and papers can say, in small letters and without tags."""
    files = [path for pattern in SPOKEN for path in sorted(ROOT.glob(pattern))]
    text = " ".join(path.read_text(encoding="utf-8") for path in files)
    # Words that the definition of the service gives to a page stand there as a name; the guide is about the KTP.
    for name, word in {"product": "kartu", "partner.short": "Dispenduk Capil", "words.key": "NIK"}.items():
        text = (
            text.replace(f"{{{{ {name} }}}}", word).replace(f'" ~ {name} ~ "', word).replace(f"{{asked.{name}}}", word)
        )
    #####
    text = text.replace("{{ reading.key_heading }}", "NIK").replace("{key.heading}", "NIK")  # as in ktp-el
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).lower()


def named(path: Path) -> list[str]:
    """What a page of the guide sets in italics, and in bold within a line: names of buttons, menus and states.

    Bold at the start of a line or an item is a catchword of the guide's own.
    """
    text = re.sub(r"`[^`]*`|!?\[[^\]]*\]\([^)]*\)", "", path.read_text(encoding="utf-8"))
    own = re.sub(r"^( *(?:- |\d+\. |\| )?)\*\*[^*]+\*\*", r"\1", text, flags=re.MULTILINE)
    words = [bold or italic for bold, italic in re.findall(r"\*\*([^*]+)\*\*|\*([^*]+)\*", own)]
    return [re.sub(r"\s+", " ", word).strip(".,:").lower() for word in words]


def test_what_the_guide_names_stands_on_the_screen() -> None:
    screen = on_the_screen()
    names = {(path.name, words) for path in PAGES for words in named(path)}
    lost = {(page, words) for page, words in names if words.removeprefix("cetak ") not in screen}
    assert len(names) > 100
    assert lost == set()


def test_pages_are_short() -> None:
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in PAGES}
    assert {name: count for name, count in lines.items() if count > LINES} == {}


def test_the_index_leads_to_every_page() -> None:
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([a-z-]+\.md)\)", index)) == {path.name for path in PAGES} - {"README.md"}


def test_pictures_are_small_and_all_are_used() -> None:
    used = {name for path in PAGES for name in re.findall(r"\]\(gambar/([^)]+)\)", path.read_text(encoding="utf-8"))}
    sizes = {path.name: path.stat().st_size for path in PLACE.iterdir()}
    assert used == set(sizes)
    assert {name: size for name, size in sizes.items() if size > MOST} == {}
