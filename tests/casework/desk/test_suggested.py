"""What a typed NIK suggests of its holder, and which draft a second beginning goes on with."""

from app.casework.desk import drafts, findings
from app.casework.desk.form import read_form
from app.core.permissions import Actor
from schema.definitions import load_all
from sync.journal import Journal
from tests.casework.desk.papers import NIK
from tests.platform.people import START

KTP = load_all()["ktp-el"]
FIELDS = {field.role: field.id for field in KTP.fields if field.role in ("birth", "sex", "key")}


def suggested(**typed: str) -> dict[str, tuple[str, tuple[tuple[str, str], ...]]]:
    """Field → value offered, and what goes with it."""
    form = read_form(KTP, typed, START.date(), {})
    found = findings.key_suggestions(KTP, form, START.date())
    return {key: (suggestion.value, tuple(suggestion.also)) for key, suggestion in found.items()}


def test_a_nik_suggests_birth_and_sex_until_both_are_typed() -> None:
    """Digits 7 to 12 are the day of birth, 40 more for a woman: 44-02-09."""
    birth, sex, key = (FIELDS[role] for role in ("birth", "sex", "key"))
    both = suggested(**{key: NIK})
    assert both == {birth: ("04-02-2009", ((sex, "female"),)), sex: ("female", ())}
    assert suggested(**{key: NIK, sex: "female"}) == {birth: ("04-02-2009", ())}
    assert suggested(**{key: NIK, sex: "male"})[sex] == ("female", ())
    assert suggested(**{key: NIK, birth: "04022009", sex: "female"}) == {}
    assert suggested(**{key: NIK, birth: "05022009", sex: "female"}) == {birth: ("04-02-2009", ())}
    assert suggested() == {}


def test_a_second_beginning_goes_on_with_the_draft_that_holds_the_same(journal: Journal, sari: Actor) -> None:
    def begin(nik: str, form_code: str = "", service: str = "ktp-el") -> int:
        return drafts.resume_draft(
            journal.db, sari, service=service, now=START, fields={"nik": nik}, form_code=form_code
        )

    first = begin(NIK)
    other, empty, printed = begin("3508990101010099"), begin(""), begin("", "AAAA0001")
    assert len({first, other, empty, printed}) == 4
    assert [begin(NIK), begin("3508990101010099"), begin("")] == [first, other, empty]
    assert begin("3508990101010077", "AAAA0001") == printed, "a printed form has one draft, whatever is typed"
    assert begin(NIK, service="ktm") not in {first, other, empty, printed}
