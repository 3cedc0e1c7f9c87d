//! The names of the lies. Each lie makes a world in which sentences of the book are false. `lib.rs`
//! tells the lies, and `../../worlds.rs` includes this list.

macro_rules! lies {
    ($($lie:ident)+) => {
        #[allow(non_camel_case_types, reason = "comments of proofs use these names")]
        #[derive(Clone, Copy, PartialEq)]
        pub(crate) enum Lie {
            $($lie),+
        }

        /// All lies with their names.
        pub(crate) const LIES: &[(&str, Lie)] = &[$((stringify!($lie), Lie::$lie)),+];
    };
}

lies! {
    advice_does_nothing
    anonymous_maps_are_private anonymous_maps_are_shared
    closing_unmaps unmapping_does_nothing unmapping_flushes
    files_do_not_grow files_do_not_shrink
    files_grow_with_what_was_stored files_grow_with_zeros
    flush_async_waits flush_does_nothing flush_fails_once flush_writes_copies
    huge_pages_are_small swap_is_always_reserved
    locking_does_nothing
    locks_belong_to_a_descriptor locks_belong_to_a_process locks_do_nothing
    locks_outlive_their_process locks_survive_an_upgrade_that_fails
    longer_maps_extend offsets_need_no_alignment remapping_may_always_move small_maps_fail
    maps_are_at_one_address maps_are_populated maps_are_private maps_are_read_into_memory
    maps_move_the_position maps_need_no_permission
    nothing_is_executable programs_alone_are_executable rights_do_not_change
    opening_appends opening_truncates_nothing renames_copy temporary_files_are_shared
    verity_is_claimed
}
