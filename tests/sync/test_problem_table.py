"""What each answer of the sync means to the program that gets it: its number says who has to do something."""

from collections import defaultdict

from sync.problems import CATALOGUE

BY_MEANING = {
    400: "bad_header bad_request truncated damaged",  # cannot be read at all
    401: "unsigned",
    403: "wrong_recipient sealed_on unknown_sender wrong_signer unknown_key wrong_signature foreign epoch_ahead barred"
    " wrong_proof returned_unproved stick_readonly unreadable code_unknown code_expired code_replaced code_office"
    " code_centre village_sender village_unknown kecamatan_sender",
    # 403: whose keys and codes do not open this, or a place that lets nobody in
    404: "stick_missing no_list no_key_file service_unknown village_absent village_network_off",
    409: "value_sealed stream_taken retired fenced fork stopped settled not_forked rewritten gap gap_full returned_open"
    " returned_key epoch_full no_claim claimed new_code stale_request code_used no_centre_key no_keys not_enrolled"
    " ask_first word_waits stuck_piece no_progress drip taken"
    " no_village village_unjoined village_other village_file key_differs not_trusted older_list wrong_direction"
    " too_many_typed village_key_again",
    # 409: another state than the sender believed
    413: "too_big draft_too_long",
    415: "not_loket no_file",
    422: "newer_format wrong_chain wrong_line enrolment stale_reply enrolment_reply unasked code_shape",
    500: "bad_keys failed",
    502: "refused wrong_centre cut_answer",
    503: "offline busy stick_pulled",
    504: "slow",
    507: "stick_full disk_full",
}
PASSES = (
    "truncated damaged stick_missing word_waits stuck_piece no_progress drip failed cut_answer offline busy"
    " stick_pulled slow disk_full taken ask_first"
)
"""What passes by itself, or with the next file: nobody has to decide anything."""


def test_every_answer_has_the_number_of_its_meaning() -> None:
    found = defaultdict(set)
    for code, problem in CATALOGUE.items():
        found[problem.status].add(code)
    assert found == {status: set(codes.split()) for status, codes in BY_MEANING.items()}


def test_what_passes_by_itself_is_tried_again_and_nothing_else() -> None:
    assert {code for code, problem in CATALOGUE.items() if problem.retry} == set(PASSES.split())
