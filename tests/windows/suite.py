"""Which tests also run in a Python of Windows: what they prove could be otherwise there, and they need no program of
Debian beside them."""

FILES = (
    "tests/core",
    "tests/schema",
    "tests/sync/test_carriers.py",
    "tests/sync/test_stick.py",
    "tests/sync/test_strange_sticks.py",
    "tests/sync/test_journal.py",
    "tests/sync/test_backup.py",
    "tests/sync/test_restoring.py",
    "tests/sync/test_marker.py",
    "tests/sync/test_keys.py",
    "tests/sync/test_enrolment.py",
    "tests/sync/test_verifying.py",
    "tests/sync/test_database_key.py",
    "tests/cli/test_replacing.py",
    "tests/cli/test_backup.py",
    "tests/cli/test_encryption.py",
    "tests/cli/test_stopping.py",
    "tests/cli/test_verify.py",
    "tests/cli/test_recap.py",
)
NO_GIT = (
    "tests/core/test_permissions.py",
    "tests/schema/test_scratch.py::test_nothing_else_makes_temporary_files",
    "tests/schema/test_tables.py::test_every_model_of_an_office_is_its_table",
)
"""They read the list of the checkout's files."""
RESTORED = "tests/sync/test_restoring.py::test_a_restored_office_has"
MODES = (
    "tests/schema/test_earlier_copy.py::test_the_state_of_before_lies_beside_the_database_for_its_owner_alone",
    "tests/schema/test_migrate.py::test_only_the_owner_reads_the_database",
    "tests/schema/test_private_folders.py::test_a_scratch_folder_and_the_one_around_it_are_for_the_owner_only",
    "tests/schema/test_scratch.py::test_a_program_has_a_private_folder_of_its_own_and_leaves_nothing",
    "tests/schema/test_scratch.py::test_whoever_holds_a_folder_closes_it_to_others",
    "tests/schema/test_own_files.py::test_a_backup_holds_them_and_a_restore_puts_back_what_is_missing",
    "tests/sync/test_backup.py::test_every_file_is_the_owners_and_no_plain_copy_stays",
    f"{RESTORED}_the_same_tables_a_new_epoch_new_keys_and_the_key_that_opened_it",
    "tests/sync/test_keys.py::test_keys_are_made_once_and_owner_only",
    "tests/sync/test_database_key.py::test_the_file_holds_the_key_in_no_readable_form",
)
"""They ask for the rights of files, which on Windows are those of their folder (docs/windows.md)."""
LINUX_ALONE = (
    "tests/schema/test_database.py::test_what_is_learnt_does_not_wait_for_the_disk_and_is_certain_with_the_next_commit",
    "tests/schema/test_database.py::test_what_is_learnt_within_a_transaction_waits_with_it",
    "tests/schema/test_database.py::test_no_entry_is_applied_where_the_commit_does_not_wait",
    "tests/schema/test_shape.py::test_postgres_is_compared_by_its_catalogue",
    "tests/schema/test_shape.py::test_a_user_who_may_not_compare_is_told",
    "tests/schema/test_scratch.py::test_what_a_killed_program_left_goes_with_the_next_and_a_living_ones_stays",
    "tests/sync/test_backup.py::test_stock_tools_open_a_backup_and_find_no_draft_in_it",
    "tests/sync/test_backup.py::test_the_sealed_bytes_and_their_folder_are_durable",
    "tests/sync/test_backup.py::test_killed_at_any_line_no_backup_and_no_key_stands_that_does_not_open",
    "tests/sync/test_restoring.py::test_killed_at_any_line_the_old_or_the_new_database_is_in_place",
    "tests/sync/test_stick.py::test_read_only_stick",
    "tests/sync/test_strange_sticks.py::test_a_name_that_is_no_text",
    "tests/sync/test_strange_sticks.py::test_what_is_no_file_is_passed_by",
    "tests/cli/test_backup.py::test_beginning_anew_moves_what_lies_there_and_finds_nothing_in_a_clean_folder",
)
"""They use SQLite's way to a disk of Linux, PostgreSQL, fork,
SIGKILL, /proc, pipes with a name, symbolic links, or age."""
CHOSEN = ("-q", *FILES, *(f"--deselect={test}" for test in (*NO_GIT, *MODES, *LINUX_ALONE)))
