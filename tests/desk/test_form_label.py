"""Which form stands on a paper: the chosen one, else the newest that is in force, else the service itself."""

from msgspec import structs

from app.desk.papers import form_label
from schema.definitions import load_all

KTP = load_all()["ktp-el"]


def test_the_chosen_form_is_named_and_else_the_newest_in_force() -> None:
    old = next(one for one in KTP.form_codes if one.valid_until is not None)
    current = [one for one in KTP.form_codes if one.valid_until is None]
    assert form_label(KTP, ["x", old.id]) == old.label
    assert form_label(KTP, ["x"]) == current[-1].label
    assert form_label(KTP, ()) == current[-1].label
    assert form_label(structs.replace(KTP, form_codes=()), [old.id]) == KTP.name
