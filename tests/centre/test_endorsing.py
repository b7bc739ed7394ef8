"""A release comes by a stick without its second signature, and the centre's signed files bring it."""

import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app import compose
from app.centre import offices as centre_offices
from app.centre import releases
from app.centre.settings import set_up_centre
from app.centre.views import releases as release_pages
from app.cli import update
from app.core.problems import Problem
from app.platform.updates import sticks
from app.platform.updates.endorsements import ReleaseEndorsement, endorsed_releases
from app.platform.updates.releases import MAINTAINERS_SIGNATURE, MANIFEST, Keys, check_release
from schema.migrations import migrate_database
from schema.postgres import open_centre
from sync.journal import LOCAL
from sync.verification import verify_side
from tests.centre.desk import Desk
from tests.centre.print_centre import EKO, IDENTITY, NOW, OFFICE, OTHER, STRANGER, YUNI, PrintCentre
from tests.platform.people import PIN, Clock, keep_pin
from tests.platform.updates.made import KEYS, MAINTAINERS, made_release, public
from tests.platform.updates.made import STRANGER as FORGER
from tests.proof.pair import CENTRE, Pair, pair
from tests.proof.pair import OFFICE as OFFICE_THERE

MAINTAINED = {MAINTAINERS_SIGNATURE: MAINTAINERS}
WHERE = "/rilis/"


def digest_of(release: Path) -> str:
    """The second way to reckon what is endorsed: SHA-256 of the manifest as it lies in the file."""
    with zipfile.ZipFile(release) as archive:
        return hashlib.sha256(archive.read(MANIFEST)).hexdigest()


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A stick whose release the maintainers alone have signed."""
    (tmp_path / "stick").mkdir()
    made_release(tmp_path / "stick", signatures=MAINTAINED)
    return tmp_path / "stick"


def endorse(side: Pair | PrintCentre, stick: Path, keys: Keys = KEYS) -> None:
    journal, now = (side.centre.journal, side.now) if isinstance(side, Pair) else (side.journal, side.now)
    listed = [(str(stick), "BIRU")]
    releases.endorse_release(journal, EKO, folder=str(stick), sticks=lambda: listed, keys=keys, now=now)


def test_an_office_takes_what_its_centre_endorsed_and_nothing_else(
    tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = pair(tmp_path / "stage")
    release, folder = next(stick.glob("*.loket-rilis")), tmp_path / "stage" / "kantor"
    other = made_release(tmp_path, "9.2.0", signatures=MAINTAINED)

    def refusal(path: Path) -> str:
        with pytest.raises(Problem) as refused:
            check_release(path, KEYS, endorsed=update.endorsed_digests(folder))
        return refused.value.code

    assert refusal(release) == "release_not_endorsed"
    endorse(stage, stick)
    assert releases.publish_endorsements(stage.centre.journal, now=stage.now) == 1
    assert refusal(release) == "release_not_endorsed", "it has not travelled yet"
    stage.sync()
    assert update.endorsed_digests(folder) == {digest_of(release)}
    assert check_release(release, KEYS, endorsed=update.endorsed_digests(folder)).version == "9.1.0"
    assert refusal(other) == "release_not_endorsed"
    forged = made_release(tmp_path, "9.3.0", signatures={MAINTAINERS_SIGNATURE: FORGER})
    with pytest.raises(Problem, match="kunci yang tidak dikenal"):
        check_release(forged, KEYS, endorsed={digest_of(forged)})
    assert [(row.version, row.source) for row in endorsed_releases(stage.office.db, stage.office.journal.source)] == [
        ("9.1.0", CENTRE)
    ]
    for side, node in (("office", stage.office), ("centre", stage.centre)):
        assert verify_side(node.journal, side, tmp_path / side).faults == []
    assert update.endorsed_digests(tmp_path / "empty") == set()


def test_each_office_is_told_once_also_one_that_comes_later(print_centre: PrintCentre, stick: Path) -> None:
    assert releases.publish_endorsements(print_centre.journal, now=NOW) == 0
    endorse(print_centre, stick)
    assert releases.list_endorsed(print_centre.db)[0].told == 0
    assert releases.publish_endorsements(print_centre.journal, now=NOW) == 1
    assert releases.publish_endorsements(print_centre.journal, now=NOW) == 0
    print_centre.enrol(OTHER)
    assert [(each.told, each.offices) for each in releases.list_endorsed(print_centre.db)] == [(1, 2)]
    assert releases.publish_endorsements(print_centre.journal, now=NOW) == 1
    told = list(print_centre.db.run("SELECT stream, digest FROM release_endorsement ORDER BY stream"))
    digest = digest_of(next(stick.glob("*.loket-rilis")))
    assert sorted(told) == sorted([(OFFICE, digest), (OTHER, digest), (LOCAL, digest)])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: made_release(folder, signatures={}), "release_unsigned"),
        (lambda folder: made_release(folder, signatures={MAINTAINERS_SIGNATURE: FORGER}), "release_foreign"),
        (lambda folder: next(folder.glob("*")).write_bytes(b"PK"), "release_not_release"),
        (lambda folder: next(folder.glob("*")).unlink(), "release_none"),
    ],
)
def test_the_centre_endorses_only_what_the_maintainers_signed(
    print_centre: PrintCentre, stick: Path, spoil: Callable[[Path], object], code: str
) -> None:
    spoil(stick)
    with pytest.raises(Problem) as refused:
        endorse(print_centre, stick)
    assert refused.value.code == code
    assert not releases.list_endorsed(print_centre.db)


def test_twice_by_others_for_test_keys_and_from_elsewhere_is_refused(print_centre: PrintCentre, stick: Path) -> None:
    asked = {"folder": str(stick), "keys": KEYS, "now": NOW}
    for actor in (YUNI, STRANGER):
        with pytest.raises(Problem) as refused:
            releases.endorse_release(print_centre.journal, actor, sticks=lambda: [(str(stick), "BIRU")], **asked)
        assert refused.value.status == 403
    with pytest.raises(Problem) as refused:
        releases.endorse_release(print_centre.journal, EKO, sticks=list, **asked)
    assert "tidak ditemukan lagi" in refused.value.fields["folder"]
    with pytest.raises(Problem, match="kunci percobaan"):
        endorse(print_centre, stick, Keys(public(MAINTAINERS), KEYS.endorsement, development=True))
    endorse(print_centre, stick)
    with pytest.raises(Problem, match="sudah disahkan"):
        endorse(print_centre, stick)


def test_the_same_word_of_a_bank_before_or_of_the_centre_twice_changes_nothing(tmp_path: Path, stick: Path) -> None:
    """What a bank said of a release stands in no way of the centre's word; each counts by who wrote it."""
    stage = pair(tmp_path / "stage")
    journal, digest = stage.office.journal, digest_of(next(stick.glob("*.loket-rilis")))
    before = {"stream": journal.source, "digest": digest, "version": "9.1.0", "at": "2026-03-01T01:00:00Z"}
    with journal.transaction(), journal.db.applying():
        ReleaseEndorsement.add(journal.db, source="bank-3173", **before)
    assert endorsed_releases(journal.db, journal.source) == []
    with stage.centre.journal.transaction():
        for _ in range(2):
            releases.record_endorsement(stage.centre.journal, OFFICE_THERE, "9.1.0", digest, "system", stage.now)
    assert stage.sync().ok
    assert [row.source for row in endorsed_releases(journal.db, journal.source)] == [CENTRE]


def test_a_bank_endorses_no_program(tmp_path: Path, stick: Path) -> None:
    """Neither by its page nor by a line that its program makes up."""
    db = open_centre(tmp_path / "bank.sqlite3")
    migrate_database(db, "centre")
    bank = compose.journal("centre", db)
    set_up_centre(bank, identity={**IDENTITY, "centre.code": "bank-3173"}, now=NOW)
    with pytest.raises(Problem, match="hanya pusat dengan kode"):
        endorse(PrintCentre(bank, now=NOW), stick)
    with bank.transaction():
        releases.record_endorsement(bank, OFFICE, "9.1.0", "0" * 64, "system", NOW)
    assert endorsed_releases(db, OFFICE) == []
    db.close()


def test_the_page_shows_offers_and_asks_the_pin(
    tmp_path: Path, clock: Clock, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "pusat", clock)
    assert "kunci percobaan" in desk.eko.get(WHERE).text
    assert desk.yuni.get(WHERE).status_code == 403
    monkeypatch.setattr(release_pages, "own_keys", lambda: KEYS)
    assert "Colok flashdisk" in desk.eko.get(WHERE).text
    for module in (sticks, centre_offices):
        monkeypatch.setattr(module, "removable_drives", lambda: [(stick, "BIRU")])
    assert "belum punya PIN" in desk.eko.get(WHERE).text
    journal = desk.centre.journal
    keep_pin(journal.db, journal.db.one("SELECT id FROM person WHERE username = 'eko'")[0], now=clock())
    assert "Flashdisk BIRU: Loket 9.1.0" in desk.eko.get(WHERE).text
    answer = desk.eko.post(WHERE, {"folder": str(stick), "pin": "000000"})
    assert (answer.status_code, "9.1.0" in answer.text) == (422, True)
    assert desk.eko.post(WHERE, {"folder": str(tmp_path), "pin": PIN}).status_code == 422
    assert desk.eko.post(WHERE, {"folder": "", "pin": PIN}).status_code == 422
    assert not releases.list_endorsed(journal.db)
    assert desk.eko.post(WHERE, {"folder": str(stick), "pin": PIN}).status_code == 303
    page = desk.eko.get(WHERE).text
    assert "0 dari 1" in page
    assert "Flashdisk BIRU" not in page, "what is endorsed is not offered again"
    desk.centre.publish(clock())
    page = desk.eko.get(WHERE).text
    assert "1 dari 1" in page
    assert desk.eko.post(WHERE, {"folder": str(stick), "pin": PIN}).status_code == 409
