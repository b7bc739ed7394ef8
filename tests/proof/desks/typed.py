"""Functions whose `conflict` or `not_found` judges what was typed, not what the page knew: each with what it judges."""

TYPED_CONFLICTS: dict[str, str] = {
    "app/casework/batches/answers.py:type_answer": "an answer that the line has already",
    "app/centre/service.py:accept_lines": "which boxes were ticked",
    "app/services/complaints/views/box.py:check_slips": "whether words of slips were typed",
    "app/casework/members/schedule.py:open_slots": "days and hours of slots",
    "app/quality/surveys/forms.py:get_form": "the number of a sheet",
    "app/services/ktm/service.py:make_cards": "which students were ticked",
}
"""`file:function` → what of the typed content it refuses."""

NEVER_SHOWN = {
    ("/tulis", "word"): "the secret word of a visitor",
    ("/persiapan/pusat", "code"): "kept for its own step while another one is mended",
    ("/persiapan/pusat", "office_centre_name"): "the same",
    ("/persiapan/pusat", "office_centre_place"): "the same",
}
"""Path and field → what it holds that the answer does not show again."""
