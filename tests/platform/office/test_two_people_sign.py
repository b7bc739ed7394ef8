"""What binds the office is signed by two people, each in a post that he holds or acts in, whatever the file says."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.core.permissions import SYSTEM, Actor
from app.core.problems import Problem
from app.platform.office import papers, queries, standards
from app.platform.office.events import StandardProposed
from app.platform.people.changes import AddPerson, Appoint, Disable
from app.platform.people.events import ProfileChosen
from app.platform.people.queries import actor_named, profile_of
from app.platform.people.service import add_person
from app.platform.people.two_people import ALONE
from app.platform.printing.papers import render_paper
from schema.definitions import SERVICES, DefinitionError, definition_text, load_definition
from schema.profiles import load_profile, profile_names
from sync.journal import Journal
from tests.platform.office.test_signing import FOURTH, TEXT, TODAY, propose, refusal, sign
from tests.platform.people import CHEAP, PASSWORD, START, Browser, agree
from tests.platform.printing.reading import text_of
from tests.services.ktp.desk import Desk
from tests.services.test_signatures import RUN

SHIPPED = sorted(path.stem for path in SERVICES.glob("*.toml"))
EVERYWHERE = [(profile, service) for profile in profile_names() for service in SHIPPED]
PLACE = re.compile(r"signatories = \[\n(?:  .*\n)+?\]")
LINES = {
    "kasi": '  { id = "maker", label = "Dibuat oleh", post = "Kasi Pelayanan Umum", roles = ["kasi"] },',
    "sekretaris": '  { id = "checker", label = "Diperiksa", post = "Sekretaris Kecamatan", roles = ["sekretaris"] },',
    "camat": '  { id = "approver", label = "Disetujui oleh", post = "Camat Yosowilangun", roles = ["camat"] },',
}


def with_signatories(*lines: str) -> str:
    changed, count = PLACE.subn(lambda _: "signatories = [\n" + "\n".join(lines) + "\n]", TEXT, count=1)
    assert count == 1
    return changed


def may_repeat_everywhere(text: str) -> str:
    """The text as somebody would write it who wants to sign alone."""
    return PLACE.sub(
        lambda found: re.sub(r"(?:, (?:may_repeat|on_paper) = true)? \},", ", may_repeat = true },", found[0]), text
    )


def one_person_office(journal: Journal, profile: str) -> Actor:
    """An office of a kind in which one person holds every role, and one other is there to propose."""
    journal.open_epoch("350899", START)
    with journal.transaction():
        journal.record(ProfileChosen(profile), subject="office", actor="system", at=START)
    kind = load_profile(profile)
    everything = [role for role, one in kind.roles.items() if one.side == "office" and "one_area" not in one.marks]
    for username, roles in (("tunggal", everything), ("pengusul", list(kind.rights["standard.propose"])[:1])):
        add_person(
            journal,
            SYSTEM,
            AddPerson(username=username, name=username.title(), roles=tuple(roles)),
            password=PASSWORD,
            must_change=False,
            now=START,
            cost=CHEAP,
        )
    actor = actor_named(journal.db, "tunggal", TODAY)
    assert actor is not None
    return actor


def proposer_of(journal: Journal) -> Actor:
    actor = actor_named(journal.db, "pengusul", TODAY)
    assert actor is not None
    return actor


def sign_all(journal: Journal, actor: Actor, text: str) -> list[Problem]:
    """Give every signature of a text as one person, each in its turn, until one is refused."""
    service = load_definition(text, "naskah").id
    standards.propose_standard(journal, proposer_of(journal), text=text, effective_on=TODAY, now=START)
    proposal = standards.known_proposal(journal.db, service)
    refused: list[Problem] = []
    while not refused and standards.find_proposal(journal.db, service):
        try:
            standards.sign_standard(journal, actor, service=service, digest=proposal.digest, now=START)
        except Problem as problem:
            refused.append(problem)
    return refused


@pytest.mark.parametrize(("profile", "service"), EVERYWHERE)
def test_one_person_in_all_places_puts_no_shipped_standard_in_force(empty: Journal, profile: str, service: str) -> None:
    """Every signature of every definition in every kind of office, as shipped and opened wide."""
    actor = one_person_office(empty, profile)
    shipped = definition_text(SERVICES / f"{service}.toml")
    if (profile, service) not in RUN:
        with pytest.raises(DefinitionError):
            sign_all(empty, actor, shipped)
        return
    for text in (shipped, may_repeat_everywhere(shipped)):
        (refused,) = sign_all(empty, actor, text)
        assert standards.find_proposal(empty.db, service) is not None, "it still waits"
        assert queries.newest_standard(empty.db, service, TODAY) is None
        standards.withdraw_standard(empty, proposer_of(empty), service=service, reason="Coba lagi.", now=START)
    assert refused.sentence == ALONE, "opened wide, only the last signature was refused"


CRAFTED: list[tuple[str, Sequence[str], str, str]] = [
    (
        "two roles for the Camat's post",
        (LINES["kasi"], LINES["camat"].replace('["camat"]', '["camat", "sekretaris"]')),
        "identity.signatories[2].roles",
        "satu tanda tangan untuk satu jabatan",
    ),
    (
        "the Camat's post signed by the Sekretaris",
        (LINES["camat"], LINES["sekretaris"].replace("Sekretaris Kecamatan", "CAMAT  yosowilangun")),
        "identity.signatories[2].roles",
        "tulis camat",
    ),
    (
        "the Camat on paper, noted by the Sekretaris",
        (LINES["kasi"], LINES["sekretaris"], LINES["camat"].replace(" },", ", on_paper = true },")),
        "identity.signatories[3].on_paper",
        "ada di kantor ini dan menandatangani di Loket",
    ),
    ("one signature alone", (LINES["camat"],), "identity.signatories", "paling sedikit dua jabatan"),
    (
        "one post twice",
        (LINES["camat"], LINES["camat"].replace("approver", "second").replace(" },", ", may_repeat = true },")),
        "identity.signatories",
        "paling sedikit dua jabatan",
    ),
    (
        "only one of two here",
        (LINES["camat"], '  { id = "x", label = "Y", post = "Bupati", roles = ["sekretaris"], on_paper = true },'),
        "identity.signatories",
        "paling sedikit dua jabatan",
    ),
    ("no Camat", (LINES["kasi"], LINES["sekretaris"]), "identity.signatories", "tidak ditandatangani Camat"),
]


@pytest.mark.parametrize(("lines", "key", "why"), [one[1:] for one in CRAFTED], ids=[one[0] for one in CRAFTED])
def test_a_file_that_lowers_the_rule_is_refused_by_line_and_key(
    desk: Desk, lines: Sequence[str], key: str, why: str
) -> None:
    with pytest.raises(DefinitionError) as caught:
        propose(desk, with_signatories(*lines))
    (said,) = [sentence for sentence in caught.value.sentences if why in sentence]
    assert f'kunci "{key}"' in said
    assert re.search(r"baris \d+", said)


def test_what_was_proposed_before_the_rule_is_refused_when_it_is_signed(desk: Desk) -> None:
    """The entry that an earlier program wrote for such a file, with the roles that it took from it."""
    text = with_signatories(LINES["kasi"], LINES["camat"].replace('["camat"]', '["camat", "sekretaris"]'))
    definition = load_definition(text, "standar")
    due = standards.signatures_due(desk.journal.db, definition)
    assert due[1].roles == ["camat", "sekretaris"]
    digest = hashlib.sha256(text.encode()).hexdigest()
    body = StandardProposed("ktp-el", "02", text, digest, TODAY.isoformat(), due)
    with desk.journal.transaction():
        desk.journal.record(body, subject="standard/ktp-el/02", actor="ratna", at=desk.now)
    told = refusal(lambda: sign(desk, "budi", digest))
    assert "satu tanda tangan untuk satu jabatan" in told
    assert "Cabut usulannya" in told


def test_two_people_are_enough_and_one_whose_account_was_closed_does_not_count(desk: Desk) -> None:
    """Budi makes it, Ratna checks it and acts for the Camat; Budi's account is closed before the last signature."""
    text = with_signatories(LINES["kasi"], LINES["sekretaris"], LINES["camat"].replace(" },", ", may_repeat = true },"))
    plh = Appoint(desk.who("ratna").person_id, "camat", "plh", "800/8", TODAY, None, desk.who("camat").person_id)
    standards_digest = propose(desk, text)
    agree_on(desk, plh)
    for who in ("budi", "ratna"):
        assert not sign(desk, who, standards_digest)
    agree_on(desk, Disable(desk.who("budi").person_id, "Pindah tugas."))
    assert refusal(lambda: sign(desk, "ratna", standards_digest)) == ALONE
    assert queries.current_definition(desk.journal.db, "ktp-el", TODAY).identity.revision == "01"


def agree_on(desk: Desk, change: Appoint | Disable) -> None:
    agree(desk.journal, change, now=desk.now)


def test_page_and_paper_say_who_sat_in_which_post_that_day(desk: Desk, as_sari: Browser, tmp_path: Path) -> None:
    plh = Appoint(desk.who("oki").person_id, "camat", "plh", "800/8", TODAY, None, desk.who("camat").person_id)
    agree_on(desk, plh)
    digest = propose(desk)
    for who in ("budi", "ratna", "oki"):
        sign(desk, who, digest)
    kept = desk.journal.db.run("SELECT username, held FROM standard_signature WHERE revision = '02' ORDER BY ordinal")
    assert list(kept) == [
        ("budi", "Kasi Pelayanan Umum"),
        ("ratna", "Sekretaris Kecamatan"),
        ("oki", "Plh. Camat menurut surat 800/8"),
    ]
    definition, adopted = queries.shown_standard(desk.journal.db, "ktp-el", TODAY)
    paper = papers.standard_paper(desk.journal.db, definition, adopted, desk.who("ratna"), START)
    form = papers.sop_paper(desk.journal.db, definition, adopted, desk.who("ratna"), START, "")
    shown = [as_sari.get(address).text for address in ("/standar/ktp-el", "/standar/ktp-el/kendali")]
    shown += [text_of(render_paper(kind, data), tmp_path) for kind, data in (("standard", paper), ("sop", form))]
    for said in shown[:-1]:
        assert "elaku Plh. Camat menurut surat 800/8" in " ".join(said.split())
    assert all(word in shown[-1] for word in ("Selaku Plh. Camat", "800/8")), "two lines of a narrow column"


def test_a_fourth_signature_beside_the_three_changes_nothing(desk: Desk) -> None:
    """A post that this office has may be asked beside those; its holder signs as before."""
    place = TEXT.index("\n]", TEXT.index("signatories = ["))
    assert profile_of(desk.journal.db).post_named("Petugas Layanan Informasi") == ""
    assert propose(desk, TEXT[: place + 1] + FOURTH + TEXT[place + 2 :])


def test_a_post_is_signed_by_itself_not_by_all_who_fill_a_role_of_a_service() -> None:
    """`wadir` of a service is any of three Wadir; a signature for Wadir I is his alone."""
    profile, text = load_profile("poltekkes"), definition_text(SERVICES / "ktm.toml")
    assert list(standards.signing_faults(profile, load_definition(text))) == []
    shared = text.replace(
        'post = "Wakil Direktur II", roles = ["wadir2"]', 'post = "Wakil Direktur II", roles = ["wadir"]'
    )
    ((path, why),) = standards.signing_faults(profile, load_definition(shared))
    assert path == ("identity", "signatories", 2, "roles")
    assert "tulis wadir2" in why
