"""Functions whose `conflict` or `not_found` judges what was typed, not what the page knew: each with what it judges."""

TYPED_CONFLICTS: dict[str, str] = {
    "app/capa/service.py:add_line": "the number of a line of the book",
    "app/centre/service.py:accept_lines": "which boxes were ticked",
    "app/members/schedule.py:open_slots": "days and hours of slots",
    "app/surveys/forms.py:get_form": "the number of a sheet",
}
"""`file:function` → what of the typed content it refuses."""
