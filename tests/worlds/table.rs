//! What kills each proof: the one list of it.

/// A proof, and the worlds that kill it: lies of `preload/`, by name. One that no lie kills says
/// instead what else its sentence rests on.
pub(crate) struct Row {
    pub(crate) proof: &'static str,
    pub(crate) lies: &'static [&'static str],
    pub(crate) rests_on: &'static str,
}

const fn killed(proof: &'static str, lies: &'static [&'static str]) -> Row {
    Row {
        proof,
        lies,
        rests_on: "",
    }
}

const fn immune(proof: &'static str, rests_on: &'static str) -> Row {
    Row {
        proof,
        lies: &[],
        rests_on,
    }
}

/// The compiler refuses what the sentence says nobody does.
const TYPES: &str = "types";
/// Code of the standard library or of a crate, over bytes of any kind.
const RUST: &str = "Rust";
/// `MappedFile` refuses before it asks the system: to kill the proof, change `src/mapped_file.rs`.
const MAPPED_FILE: &str = "MappedFile";
/// memmap2 decides, before it asks the system or without it.
const MEMMAP2: &str = "memmap2";
/// The system: `rustix` calls it without libc, so that no library can stand before it.
const RUSTIX: &str = "rustix";
/// The program's own code, over a model of memory and disk in the proof, which fails it without a
/// flush.
const MODEL: &str = "a model";
/// Python refuses before it asks the system, or it is about Python's own names.
const PYTHON: &str = "Python";
/// A system maps whole pages: there is no lie in which a map starts between two.
const PAGES: &str = "pages";
/// A map takes addresses, and no memory before a touch: a lie would have to fill the memory.
const ADDRESSES: &str = "addresses";

pub(crate) const PROOFS: &[Row] = &[
    // a_file_that_shrinks
    killed(
        "a_check_of_the_length_before_the_touch_does_not_help",
        &["files_do_not_shrink", "maps_are_read_into_memory"],
    ),
    killed(
        "populate_read_does_not_hold_the_pages",
        &["files_do_not_shrink", "maps_are_read_into_memory"],
    ),
    killed(
        "what_was_stored_into_a_copy_goes_with_the_cut",
        &["files_do_not_shrink", "maps_are_read_into_memory"],
    ),
    killed(
        "no_destructor_runs_when_the_signal_comes",
        &["files_do_not_shrink", "maps_are_read_into_memory"],
    ),
    killed(
        "a_write_from_a_page_that_was_cut_off_fails_with_efault",
        &["maps_are_read_into_memory"],
    ),
    immune("a_rust_program_starts_with_a_handler_for_sigbus", RUST),
    // a_full_disk
    killed(
        "on_tmpfs_a_store_that_finds_no_room_kills_the_process",
        &["maps_are_read_into_memory"],
    ),
    killed(
        "on_a_full_tmpfs_a_load_from_a_hole_kills_the_process",
        &["maps_are_read_into_memory"],
    ),
    killed(
        "on_ext4_a_store_that_finds_no_room_kills_the_process",
        &["maps_are_read_into_memory"],
    ),
    killed(
        "populate_write_fails_where_there_is_no_room",
        &["advice_does_nothing"],
    ),
    immune("fallocate_fails_with_enospc_where_there_is_no_room", RUSTIX),
    immune("on_ext4_a_fallocate_that_fails_keeps_what_it_found", RUSTIX),
    immune("on_tmpfs_a_store_finds_the_room_that_was_reserved", RUSTIX),
    immune("on_ext4_a_store_finds_the_room_that_was_reserved", RUSTIX),
    immune("what_is_reserved_for_a_file_with_holes_is_refused", RUSTIX),
    killed(
        "on_ext4_what_was_found_is_given_back_where_there_is_no_room",
        &["files_do_not_shrink"],
    ),
    // a_log_that_grows
    killed(
        "who_sees_the_new_end_sees_the_bytes_before_it",
        &["maps_are_private", "maps_are_read_into_memory"],
    ),
    // a_map_that_is_safe_to_read
    killed(
        "a_seal_holds_for_every_process_that_has_the_file",
        &["files_do_not_shrink"],
    ),
    killed(
        "a_seal_against_future_writes_is_not_enough",
        &["maps_are_private"],
    ),
    killed(
        "a_file_sealed_against_writing_can_be_mapped_for_reading_and_as_a_copy",
        &["maps_are_private", "small_maps_fail"],
    ),
    immune("map_if_safe_refuses_a_map_longer_than_the_file", RUST),
    immune(
        "map_if_safe_refuses_a_file_on_disk_that_has_no_name_and_no_writer",
        RUST,
    ),
    killed(
        "a_shared_map_through_a_writable_descriptor_is_in_the_way_of_the_seal",
        &["maps_are_private", "maps_are_read_into_memory"],
    ),
    killed(
        "a_load_from_a_hole_of_a_sealed_file_takes_memory",
        &["maps_are_read_into_memory"],
    ),
    // after_a_crash
    killed(
        "a_process_that_is_killed_leaves_what_it_has_stored",
        &["maps_are_private", "maps_are_read_into_memory"],
    ),
    immune("a_crash_leaves_the_old_text_or_the_new_one_whole", MODEL),
    immune("without_the_flush_between_a_crash_can_leave_half", MODEL),
    immune(
        "without_the_flush_at_the_end_the_next_crash_can_leave_half",
        MODEL,
    ),
    immune(
        "a_commit_that_fails_before_its_second_flush_leaves_the_old_text",
        MODEL,
    ),
    immune(
        "a_checksum_finds_each_single_bit_and_each_missing_end",
        RUST,
    ),
    // copy_mode
    killed(
        "a_store_into_a_copy_copies_its_page_alone",
        &["maps_are_populated"],
    ),
    killed("flushing_a_copy_writes_nothing", &["flush_writes_copies"]),
    killed(
        "linux_counts_the_memory_of_a_copy_and_not_of_other_maps",
        &["maps_are_private", "maps_are_read_into_memory"],
    ),
    // end_of_the_map
    immune("write_fills_the_map_before_it_fails", MAPPED_FILE),
    immune("a_store_into_a_map_for_reading_is_an_error", MAPPED_FILE),
    // every_place_a_word_stands
    immune("an_empty_word_stands_at_every_place", RUST),
    immune(
        "places_apart_in_their_windows_may_overlap_at_a_border",
        RUST,
    ),
    killed(
        "an_unchanged_page_of_a_file_can_be_taken_back",
        &["maps_are_read_into_memory"],
    ),
    killed(
        "on_tmpfs_a_load_from_a_hole_takes_memory",
        &["maps_are_read_into_memory"],
    ),
    immune(
        "a_map_can_be_longer_than_the_memory_of_the_machine",
        ADDRESSES,
    ),
    // finding_and_moving
    immune("find_in_takes_a_range_past_the_end", MAPPED_FILE),
    immune("move_within_refuses_bytes_past_the_end", MAPPED_FILE),
    // flushing_and_closing
    killed("close_writes_dirty_pages_back", &["flush_does_nothing"]),
    killed(
        "python_close_does_not_flush",
        &["unmapping_flushes", "flush_does_nothing"],
    ),
    // from_python_to_rust
    immune("python_deletes_nothing_from_a_map", PYTHON),
    immune("python_error_is_os_error", PYTHON),
    // growing
    killed(
        "a_map_of_a_part_leaves_the_rest_of_the_file",
        &["files_do_not_shrink"],
    ),
    killed(
        "a_map_that_grows_leaves_other_maps_alone",
        &["files_do_not_grow", "maps_are_private"],
    ),
    killed(
        "python_cuts_off_what_is_behind_a_map",
        &["files_do_not_shrink"],
    ),
    killed(
        "resize_can_kill_another_map_of_the_file",
        &["files_do_not_shrink"],
    ),
    immune(
        "a_position_past_the_end_reads_nothing_and_refuses_writes",
        MAPPED_FILE,
    ),
    immune("only_write_access_resizes", MAPPED_FILE),
    immune("python_keeps_a_position_past_the_end", PYTHON),
    immune("python_does_not_resize_under_a_view", PYTHON),
    immune("python_resizes_no_map_for_reading_and_no_copy", PYTHON),
    // lines
    immune("lines_fails_on_bytes_that_are_not_utf_8", RUST),
    // locks
    killed(
        "a_lock_keeps_nobody_from_the_bytes",
        &["locks_do_nothing", "maps_are_read_into_memory"],
    ),
    killed(
        "a_lock_ends_with_its_process",
        &["locks_do_nothing", "locks_outlive_their_process"],
    ),
    killed(
        "on_ext4_and_tmpfs_a_lock_lasts_as_long_as_a_map_of_its_file",
        &["locks_do_nothing", "closing_unmaps"],
    ),
    killed(
        "on_overlayfs_a_lock_ends_with_its_file",
        &["locks_do_nothing", "locks_outlive_their_process"],
    ),
    killed(
        "a_lock_that_is_given_back_leaves_the_map",
        &["locks_do_nothing"],
    ),
    killed(
        "readers_share_a_lock_and_keep_a_writer_out",
        &["locks_do_nothing"],
    ),
    killed(
        "a_program_that_opens_a_file_twice_locks_itself_out",
        &["locks_do_nothing", "locks_belong_to_a_process"],
    ),
    killed(
        "a_file_that_replaces_a_locked_one_is_not_locked",
        &["locks_do_nothing", "renames_copy"],
    ),
    killed(
        "a_program_that_is_started_does_not_keep_a_lock",
        &["locks_do_nothing", "locks_outlive_their_process"],
    ),
    killed(
        "python_lockf_does_not_meet_flock",
        &["locks_do_nothing", "locks_belong_to_a_process"],
    ),
    killed(
        "a_program_that_got_the_file_as_stdin_keeps_its_lock",
        &["locks_do_nothing", "locks_belong_to_a_process"],
    ),
    // making_one
    killed(
        "a_file_that_cannot_be_mapped_is_enodev",
        &["small_maps_fail"],
    ),
    killed("a_map_needs_no_open_file", &["closing_unmaps"]),
    immune("a_map_that_extends_its_file_cuts_off_nothing", MAPPED_FILE),
    killed(
        "an_anonymous_shared_map_is_shared_with_a_fork",
        &["maps_are_private"],
    ),
    immune(
        "the_zeros_of_an_extended_file_take_no_space_where_a_hole_takes_none",
        MAPPED_FILE,
    ),
    killed("only_write_access_extends_the_file", &["files_do_not_grow"]),
    killed(
        "an_anonymous_map_is_private",
        &["anonymous_maps_are_shared"],
    ),
    killed(
        "python_shares_an_anonymous_map_with_a_fork",
        &["anonymous_maps_are_private"],
    ),
    // maps_in_async_code
    killed(
        "a_touch_of_a_page_that_is_not_in_memory_waits_for_the_disk",
        &["maps_are_populated", "maps_are_read_into_memory"],
    ),
    immune("python_holds_the_gil_while_it_copies_from_a_map", PYTHON),
    // memmap2_every_function
    immune("an_anonymous_map_is_zeros_and_may_be_of_none", MEMMAP2),
    immune("a_map_for_a_stack_is_memory_like_other", MEMMAP2),
    killed(
        "populate_has_all_pages_in_memory_at_once",
        &["maps_are_populated"],
    ),
    killed(
        "no_reserve_swap_reserves_no_swap_space",
        &["swap_is_always_reserved"],
    ),
    killed(
        "huge_gives_huge_pages_or_an_error",
        &["huge_pages_are_small"],
    ),
    immune(
        "no_probe_handle_keeps_a_map_read_only_on_windows_alone",
        MEMMAP2,
    ),
    killed(
        "a_map_to_execute_needs_a_file_open_for_reading_alone",
        &["nothing_is_executable", "programs_alone_are_executable"],
    ),
    killed(
        "a_shared_map_becomes_writable_where_its_file_is_and_a_copy_anywhere",
        &["maps_need_no_permission", "maps_are_private"],
    ),
    killed(
        "make_read_only_takes_the_right_to_store_from_the_pages",
        &["rights_do_not_change"],
    ),
    immune("map_if_safe_maps_a_memfd_with_two_seals", MEMMAP2),
    immune(
        "map_if_safe_fails_with_the_reason_where_it_maps_nothing",
        MEMMAP2,
    ),
    killed(
        "a_raw_map_for_reading_needs_a_file_open_for_reading_alone",
        &["maps_need_no_permission", "maps_are_private"],
    ),
    immune(
        "an_offset_past_the_end_is_refused_where_no_length_is_given",
        MEMMAP2,
    ),
    killed(
        "flush_range_leaves_no_page_of_the_range_dirty",
        &["flush_does_nothing"],
    ),
    killed(
        "on_linux_flush_async_starts_no_writing",
        &["flush_async_waits"],
    ),
    immune("a_flush_refuses_a_range_that_is_not_in_the_map", MEMMAP2),
    killed(
        "advise_range_can_reach_past_the_end_of_its_map",
        &["advice_does_nothing"],
    ),
    killed(
        "remap_grows_a_map_in_its_place_or_moves_it_where_it_may",
        &["remapping_may_always_move"],
    ),
    killed(
        "advice_is_a_flag_of_the_map_and_another_takes_it_back",
        &["advice_does_nothing"],
    ),
    killed(
        "dont_need_takes_back_what_was_stored_into_a_copy",
        &["advice_does_nothing"],
    ),
    killed(
        "free_lets_the_system_take_pages_that_nobody_stores_into_again",
        &["advice_does_nothing"],
    ),
    killed("remove_makes_a_hole_in_the_file", &["advice_does_nothing"]),
    killed(
        "hwpoison_is_a_safe_call_that_the_system_refuses_without_privilege",
        &["advice_does_nothing"],
    ),
    killed(
        "lock_holds_a_map_in_memory_until_unlock",
        &["locking_does_nothing"],
    ),
    immune("a_map_keeps_its_length_when_its_file_gets_another", MEMMAP2),
    killed(
        "advice_to_populate_has_all_pages_in_memory",
        &["advice_does_nothing"],
    ),
    killed(
        "on_linux_willneed_has_pages_in_the_cache_and_none_in_the_map",
        &["advice_does_nothing", "maps_are_populated"],
    ),
    // memory_map_files
    killed(
        "what_is_cut_off_within_the_last_page_turns_to_zeros",
        &["files_do_not_shrink"],
    ),
    killed(
        "a_map_holds_no_page_before_the_first_touch",
        &["maps_are_populated"],
    ),
    killed(
        "on_overlayfs_a_map_of_a_lower_file_does_not_show_later_writes",
        &["maps_need_no_permission"],
    ),
    killed(
        "on_overlayfs_a_map_of_a_lower_file_does_not_show_later_stores",
        &["maps_need_no_permission"],
    ),
    killed(
        "on_overlayfs_a_map_of_a_lower_file_survives_a_cut",
        &["maps_need_no_permission", "files_do_not_shrink"],
    ),
    killed(
        "on_tmpfs_bytes_stored_past_the_end_come_into_a_file_that_grows",
        &["files_grow_with_zeros"],
    ),
    killed(
        "on_ext4_bytes_stored_past_the_end_are_zeros_in_a_file_that_grows",
        &["files_grow_with_what_was_stored"],
    ),
    killed(
        "maps_of_one_file_share_its_bytes",
        &["maps_are_private", "maps_are_read_into_memory"],
    ),
    killed(
        "a_map_shows_what_another_process_writes_to_the_file",
        &["maps_are_read_into_memory"],
    ),
    killed(
        "a_touch_of_a_page_that_was_cut_off_kills_the_process",
        &[
            "files_do_not_shrink",
            "files_do_not_grow",
            "maps_are_read_into_memory",
        ],
    ),
    killed(
        "a_pipe_cannot_be_mapped",
        &["maps_are_read_into_memory", "small_maps_fail"],
    ),
    // reading
    killed(
        "a_file_in_proc_has_length_0_and_bytes_and_no_map",
        &["maps_are_read_into_memory"],
    ),
    killed("a_map_outlives_its_file_handle", &["closing_unmaps"]),
    killed(
        "dropping_a_map_unmaps_the_file",
        &["unmapping_does_nothing"],
    ),
    killed(
        "a_map_of_a_part_begins_with_a_whole_page",
        &["maps_are_read_into_memory"],
    ),
    killed(
        "mapping_leaves_the_position_of_the_file_alone",
        &["maps_move_the_position"],
    ),
    immune("a_cursor_past_the_end_reads_nothing", RUST),
    immune("read_line_refuses_bytes_that_are_not_utf_8", RUST),
    killed(
        "a_map_longer_than_the_file_extends_nothing",
        &["longer_maps_extend"],
    ),
    killed(
        "a_touch_beyond_the_last_page_of_the_file_kills_the_process",
        &["longer_maps_extend", "maps_are_read_into_memory"],
    ),
    killed(
        "map_mut_needs_a_file_open_for_reading_and_writing",
        &["maps_need_no_permission", "small_maps_fail"],
    ),
    killed(
        "map_and_map_copy_need_a_file_open_for_reading",
        &["maps_need_no_permission", "small_maps_fail"],
    ),
    killed(
        "a_read_only_map_has_no_mutable_bytes",
        &["maps_need_no_permission"],
    ),
    killed("python_maps_outlive_their_file_object", &["closing_unmaps"]),
    immune("python_closes_a_map_at_the_end_of_with", PYTHON),
    immune("python_refuses_a_seek_past_the_end", PYTHON),
    killed(
        "python_refuses_an_offset_that_is_not_aligned",
        &["offsets_need_no_alignment"],
    ),
    immune("python_granularity_is_the_page_size_on_unix", PYTHON),
    immune("python_refuses_a_map_longer_than_the_file", PYTHON),
    immune("python_refuses_an_empty_file", PYTHON),
    immune("python_refuses_a_store_into_a_read_only_map", PYTHON),
    immune("python_has_a_default_access_of_its_own", PYTHON),
    killed(
        "python_maps_for_writing_by_default",
        &["maps_are_private", "maps_need_no_permission"],
    ),
    // reading_like_a_file
    immune("read_bytes_copies_nothing", MAPPED_FILE),
    immune("read_byte_fails_at_the_end", MAPPED_FILE),
    immune("a_file_object_refuses_to_seek_past_its_end", MAPPED_FILE),
    // records
    immune("the_same_record_of_native_integers_has_padding", TYPES),
    immune("any_bytes_are_records_or_an_error", RUST),
    immune("a_map_from_the_start_of_a_file_is_aligned_to_a_page", PAGES),
    immune("a_copy_of_a_number_needs_no_alignment", RUST),
    // regular_expressions
    immune(
        "a_unicode_pattern_misses_a_sentence_that_is_not_utf_8",
        RUST,
    ),
    // replacing_a_file
    killed("a_rename_leaves_old_maps_alone", &["renames_copy"]),
    killed(
        "a_rewrite_in_place_kills_who_has_the_file_mapped",
        &["opening_truncates_nothing"],
    ),
    killed(
        "a_reader_finds_the_old_file_or_the_new_one",
        &["renames_copy"],
    ),
    killed(
        "a_rename_does_not_lead_to_another_file_system",
        &["renames_copy"],
    ),
    killed(
        "a_rename_over_a_symbolic_link_replaces_the_link",
        &["renames_copy"],
    ),
    killed(
        "another_name_of_a_replaced_file_keeps_the_old_bytes",
        &["renames_copy"],
    ),
    immune("a_temporary_file_is_for_its_owner_alone", RUST),
    immune("a_temporary_file_that_is_dropped_is_gone", RUST),
    immune(
        "a_replaced_file_keeps_its_mode_without_the_bits_above_0o777",
        RUST,
    ),
    // sharing_memory
    killed(
        "of_two_sums_of_one_value_one_is_lost",
        &["maps_are_private", "maps_are_read_into_memory"],
    ),
    immune("a_map_from_an_odd_offset_is_not_aligned", RUST),
    killed(
        "a_file_that_is_made_longer_has_zeros_there",
        &["files_do_not_grow"],
    ),
    killed(
        "nobody_shortens_memory_that_is_sealed",
        &["files_do_not_shrink"],
    ),
    killed(
        "a_child_maps_a_file_without_a_name_that_it_gets_as_stdin",
        &["maps_are_private"],
    ),
    immune("threads_share_a_map_and_take_it_along", TYPES),
    killed(
        "in_another_process_a_map_may_be_at_another_address",
        &["maps_are_private", "maps_are_at_one_address"],
    ),
    killed(
        "root_can_cut_an_anonymous_map_that_is_shared",
        &["maps_are_private", "files_do_not_shrink"],
    ),
    // table_on_disk
    killed(
        "with_random_advice_a_lookup_brings_in_no_page_but_those_it_touches",
        &["advice_does_nothing", "maps_are_populated"],
    ),
    immune(
        "a_search_in_a_table_that_is_not_sorted_finds_nothing_or_the_key",
        RUST,
    ),
    // text_that_is_not_utf_8
    immune("lines_and_words_are_parts_of_the_map", RUST),
    immune(
        "sentences_of_bstr_end_at_the_first_byte_that_is_not_utf_8",
        RUST,
    ),
    immune(
        "a_word_that_is_no_pattern_is_an_error_unless_it_is_escaped",
        RUST,
    ),
    immune(
        "a_word_boundary_does_not_stand_behind_a_sign_and_a_half_of_one_does",
        RUST,
    ),
    immune(
        "a_pattern_for_strings_refuses_to_match_what_is_not_utf_8",
        RUST,
    ),
    immune(
        "a_half_boundary_does_not_hold_beside_a_byte_that_is_not_utf_8_and_a_whole_one_does",
        RUST,
    ),
    immune("a_byte_that_is_not_utf_8_counts_as_no_letter", RUST),
    immune(
        "a_word_that_ends_in_a_sign_is_not_found_before_a_byte_that_is_not_utf_8",
        RUST,
    ),
    immune(
        "a_word_behind_a_letter_and_a_byte_that_goes_on_is_not_found",
        RUST,
    ),
    // what_cannot_be_mapped
    killed(
        "a_map_starts_at_the_start_of_the_file_and_a_read_at_the_position",
        &["maps_move_the_position"],
    ),
    killed(
        "a_file_in_sys_has_a_length_and_no_map",
        &["maps_are_read_into_memory"],
    ),
    immune(
        "python_refuses_what_is_no_plain_file_where_no_length_is_given",
        PYTHON,
    ),
    // why_unsafe
    killed(
        "text_that_was_checked_can_stop_being_utf_8",
        &["maps_are_read_into_memory"],
    ),
    killed(
        "map_raw_needs_a_file_open_for_reading_and_writing",
        &["maps_need_no_permission", "small_maps_fail"],
    ),
    immune("python_does_not_close_a_map_under_a_view", PYTHON),
    immune("python_refuses_a_closed_map", PYTHON),
    killed(
        "a_copy_of_the_page_of_the_new_end_stays_as_it_was",
        &["files_do_not_shrink", "maps_are_read_into_memory"],
    ),
    // windows_and_macos
    immune("no_map_is_as_long_as_half_of_all_addresses", MEMMAP2),
    // writing
    immune("copy_from_slice_panics_on_another_length", RUST),
    killed(
        "file_create_empties_the_file",
        &["opening_truncates_nothing"],
    ),
    killed(
        "stores_reach_the_file_without_a_flush",
        &["maps_are_private"],
    ),
    killed(
        "a_flush_leaves_no_page_of_the_map_dirty",
        &["flush_does_nothing"],
    ),
    immune("a_cursor_that_owns_the_map_does_not_write", TYPES),
    immune("a_write_stops_at_the_end_of_the_map", RUST),
    immune("python_refuses_a_slice_of_another_length", PYTHON),
    immune("python_find_starts_at_the_position", PYTHON),
    killed("python_mode_r_plus_appends_nothing", &["opening_appends"]),
    killed(
        "python_mode_w_empties_the_file",
        &["opening_truncates_nothing"],
    ),
    immune("python_writes_nothing_where_not_all_fits", PYTHON),
];

/// A file system on which all proofs run, in its folder for temporary files.
pub(crate) struct FileSystem {
    pub(crate) name: &'static str,
    /// Its type, as Linux lists it in `/proc/self/mounts`.
    pub(crate) kind: &'static str,
    pub(crate) place: Place,
    /// The proofs that fail there. The aim is none: one that does is a sentence that says more than
    /// holds, unless it is named with a reason.
    pub(crate) fails: &'static [(&'static str, &'static str)],
}

pub(crate) enum Place {
    /// A folder that is on it.
    Folder(&'static str),
    /// What mounts it on `$TMPDIR`, an empty folder, for the shell in a mount namespace of its own.
    Mounted(&'static str),
}

pub(crate) const FILE_SYSTEMS: &[FileSystem] = &[
    FileSystem {
        name: "tmpfs",
        kind: "tmpfs",
        place: Place::Folder("/dev/shm"),
        fails: &[],
    },
    FileSystem {
        name: "tmpfs_of_16_pages",
        kind: "tmpfs",
        place: Place::Mounted("mount -t tmpfs -o nr_blocks=16 tmpfs \"$TMPDIR\""),
        fails: &[
            (
                "a_store_into_a_copy_copies_its_page_alone",
                "it loads a mebibyte of zeros, and on tmpfs a load from a hole takes a page",
            ),
            (
                "a_map_that_extends_its_file_cuts_off_nothing",
                "it appends for as long as others extend, and there is no room",
            ),
        ],
    },
    FileSystem {
        name: "overlayfs",
        kind: "overlay",
        place: Place::Mounted(
            "mount -t tmpfs tmpfs layers
             mkdir layers/lower layers/upper layers/work
             cp lorem.txt layers/lower
             layers=lowerdir=layers/lower,upperdir=layers/upper,workdir=layers/work
             mount -t overlay -o $layers overlay \"$TMPDIR\"",
        ),
        fails: &[],
    },
    FileSystem {
        name: "ext4",
        kind: "ext4",
        place: Place::Mounted(
            "truncate -s 512M layers/image
             PATH=$PATH:/usr/sbin:/sbin mkfs.ext4 -q layers/image
             mount -o loop layers/image \"$TMPDIR\"",
        ),
        fails: &[],
    },
];
