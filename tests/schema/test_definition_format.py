"""What a definition file says since format 2, and how a stored revision of format 1 reads."""

import msgspec
import pytest

from schema.definitions import SERVICES, DefinitionError, definition_text, load_definition
from schema.service_fields import Mask
from tests.core.procedure.services import STAFF_CARD, changed, ktp_text

NEW_LINES = ("case_number =", "one_open_per =", "search_hint =", "mask =", 'section = "pelayanan"')


def in_format_1() -> str:
    """The shipped file as offices stored it before it could say what is new in format 2."""
    text = ktp_text().split("[partner]")[0].replace("format = 2", "format = 1").replace('"batches.', '"ktp.')
    for role in ("kasi", "sekretaris", "camat"):
        text = text.replace(f', roles = ["{role}"] }},', " },")
    return "\n".join(line for line in text.splitlines() if not line.startswith(NEW_LINES))


def test_a_stored_revision_of_format_1_reads_as_the_shipped_file() -> None:
    old = in_format_1()
    assert not any(word in old for word in ("[partner]", "one_open_per", "mask", "batches."))
    assert load_definition(old) == load_definition(ktp_text())


def test_a_file_of_another_service_in_format_1_borrows_nothing_of_ktp() -> None:
    definition = load_definition(STAFF_CARD)
    assert (definition.partner, definition.one_open_per, definition.case_number) == (
        None,
        "",
        "{n:04}/{code}/{year}",
    )


def test_the_shipped_file_says_what_the_program_did_by_itself() -> None:
    definition = load_definition(ktp_text())
    key = next(field for field in definition.fields if field.role == "key")
    assert definition.one_open_per == key.id == "nik"
    assert (key.heading, key.mask) == ("NIK", Mask(first=6, last=4))
    assert [signatory.roles for signatory in definition.identity.signatories] == [
        ("kasi",),
        ("sekretaris",),
        ("camat",),
    ]
    assert next(actor for actor in definition.actors if actor.id == "section").section == "pelayanan"
    assert definition.partner is not None
    assert definition.partner.stream == "dukcapil"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("3508990101010003", "350899******0003"), ("350899010101", "************"), ("", "")],
)
def test_a_mask_shows_the_ends_of_a_whole_value_only(value: str, shown: str) -> None:
    key = next(field for field in load_definition(ktp_text()).fields if field.role == "key")
    assert key.masked(value) == shown


@pytest.mark.parametrize(
    ("value", "longest", "shown"),
    [
        ("12345678901", 0, "123456*8901"),
        ("1234567890", 0, "**********"),
        ("12345678901", 11, "123456*8901"),
        ("12345678901", 12, "***********"),
    ],
)
def test_a_mask_hides_one_sign_at_least(value: str, longest: int, shown: str) -> None:
    key = next(field for field in load_definition(ktp_text()).fields if field.role == "key")
    assert key.mask is not None
    assert (key.mask.first, key.mask.last) == (6, 4)
    assert msgspec.structs.replace(key, max_length=longest).masked(value) == shown


def test_a_field_without_a_mask_shows_all() -> None:
    assert load_definition(STAFF_CARD).fields[0].masked("Biro Umum") == "Biro Umum"


def test_limits_in_minutes_that_tell_people_in_order() -> None:
    text = changed(
        STAFF_CARD,
        (
            "[promise]",
            """[[limits]]
id = "answer"
label = "Jawaban"
range = [20, 30]
unit = "working_minutes"
starts_on = ["@opened"]
stops_on = ["decide.agreed"]
tells = [{ roles = ["head"] }, { roles = ["maker"], after = 1, unit = "working_days" }]

[promise]""",
        ),
    )
    (limit,) = load_definition(text).limits
    assert (limit.most, limit.unit, limit.pauses) == (30, "working_minutes", None)
    assert [(tell.roles, tell.after, tell.unit) for tell in limit.tells] == [
        (("head",), 0, "working_hours"),
        (("maker",), 1, "working_days"),
    ]


def test_a_step_without_a_printed_row_says_why() -> None:
    text = changed(STAFF_CARD, ("row = 2\n", 'no_row_because = "Tidak tercetak pada bagan"\n'))
    assert [step.row for step in load_definition(text).steps] == [None, 3]


def test_a_fact_that_the_program_filled_in_before_stands_in_the_file_now() -> None:
    """Running cases keep a revision of format 1; its photo has its colour and its person one open case as ever."""
    text = definition_text(SERVICES / "ktp-el.toml")
    derived = text[text.index("[[derived_facts]]") : text.index("[identity]")]
    before = text.replace(derived, "").replace("format = 2", 'format = 1\nsupplied_facts = ["photo_background"]', 1)
    old = load_definition(before.replace('one_open_per = "nik"\n', ""))
    today = load_definition(text)
    assert old.derived_facts == today.derived_facts
    assert old.one_open_per == "nik"
    with pytest.raises(DefinitionError, match="supplied_facts"):
        load_definition(text.replace("format = 2", 'format = 2\nsupplied_facts = ["photo_background"]', 1))
