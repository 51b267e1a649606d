//! What hostile clients do to a server, with real sockets, against the program as it is deployed.
//!
//! One suite for each Rust server: `attacks::suite!(env!("CARGO_BIN_EXE_…"))` in a test file makes a test of
//! every function here that is named after a behaviour.

#![expect(clippy::missing_panics_doc, reason = "panics are how tests fail")]

pub mod bodies;
pub mod client;
pub mod endless;
pub mod heads;
pub mod life;
pub mod panics;
pub mod server;
pub mod slow;
pub mod smuggling;

/// Makes the tests of a server's binary.
#[macro_export]
macro_rules! suite {
    ($binary:expr) => {
        $crate::suite!($binary,
            bodies:
                hostile_json_is_answered_as_the_contract_says
                a_chunked_body_without_end_is_refused_at_the_limit
                a_content_length_beyond_the_limit_is_refused_before_the_body
                a_body_shorter_than_its_content_length_gets_no_success
                a_body_longer_than_its_content_length_is_no_part_of_the_request
                an_answer_leaves_the_connection_usable_or_announces_its_end
                malformed_chunks_are_refused,
            endless:
                a_chunk_extension_without_end_is_cut_off
                a_trailer_without_end_is_cut_off
                trailers_without_end_are_cut_off
                a_body_that_nobody_asked_for_is_cut_off
                pipelined_requests_without_end_are_cut_off,
            heads:
                a_header_of_one_megabyte_is_refused
                a_request_without_one_valid_host_is_refused
                ninety_six_fields_are_taken_and_a_hundred_and_one_are_not
                ten_thousand_headers_are_refused
                a_target_of_one_megabyte_is_refused
                noise_is_refused,
            life:
                it_stops_with_success_on_sigterm_and_on_sigint
                a_running_answer_is_finished_after_sigterm_and_the_port_is_free_at_once
                idle_connections_do_not_hold_up_the_stop
                a_client_that_does_not_read_cannot_hold_up_the_stop_beyond_the_deadline
                a_connection_beyond_the_limit_is_told_so
                a_port_in_use_is_a_sentence_and_no_backtrace
                it_explains_itself,
            slow:
                a_thousand_slow_heads_neither_stay_nor_slow_down_the_others
                a_slow_second_head_is_no_way_around
                a_slow_body_ends_the_connection
                a_client_that_does_not_read_ends_its_connection
                half_closed_connections_get_their_whole_answer,
            smuggling:
                requests_of_disputed_length_are_refused_or_the_last_on_their_connection
                bodies_in_other_codings_than_chunked_are_refused
                a_chunked_body_with_a_length_is_the_last_on_its_connection
                nothing_behind_the_last_request_is_answered
                an_upgrade_is_ignored_or_the_last_request
                malformed_header_lines_are_refused
                pipelined_requests_are_answered_in_order
        );
    };
    ($binary:expr, $($module:ident: $($name:ident)+),+) => {
        $($(
            #[test]
            fn $name() {
                $crate::$module::$name($binary);
            }
        )+)+
    };
}
