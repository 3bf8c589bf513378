//! What every backend promises, as tests that a backend runs against itself.
//!
//! In: a way to make an empty store, each time a new one. Out: one test per promise, each named after
//! the case of the security list that it covers, if any. [`crate::contract_suite`] writes the tests
//! into the backend's test binary. Nothing here knows which backend it runs against.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::assigning_clones,
    clippy::missing_panics_doc,
    clippy::disallowed_methods,
    reason = "these are tests that live in a library so that several backends can run them"
)]

use std::any::Any;
use std::sync::Arc;

use crate::Store;

pub mod identity;
pub mod installation;
pub mod login_attempt;
pub mod login_completion;
pub mod samples;
pub mod session;
pub mod session_list;
pub mod signing_key;
pub mod site_session;
pub mod subject;
pub mod wecom_token;

/// A store that was made for one test, and what must live as long as it does.
pub struct Made {
    /// The store, empty.
    pub store: Arc<dyn Store>,
    /// A temporary folder or a server, to be dropped after the test.
    pub keep: Box<dyn Any + Send + Sync>,
}

impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Made")
            .field("store", &self.store)
            .finish_non_exhaustive()
    }
}

/// Writes one test per promise. `$make` is a path to an `async fn() -> Made`.
#[macro_export]
macro_rules! contract_suite {
    ($make:path) => {
        $crate::contract_tests!($make, installation: [one_installation_and_no_second]);
        $crate::contract_tests!($make, login_attempt: [
            an_attempt_comes_back_as_it_was_written,
            s_078_of_200_callers_at_once_exactly_one_claims,
            s_081_another_connector_claims_nothing,
            s_079_a_late_claim_finds_nothing,
            s_075_another_browser_claims_nothing,
            s_076_the_second_claim_learns_of_the_first,
            s_219_a_clock_that_steps_back_does_not_revive_a_claim,
            a_state_is_written_once,
            a_refusal_is_noted_once,
            a_sweep_takes_what_expired_and_no_more_than_asked,
        ]);
        $crate::contract_tests!($make, login_completion: [
            completing_opens_the_session_and_notes_it,
            s_162_s_172_the_presented_session_ends_with_the_new_one,
            completing_needs_a_claim,
            completing_twice_is_a_conflict,
            a_failed_completion_changes_nothing,
            s_082_a_session_of_another_corp_or_connector_is_refused,
            s_100_a_subject_retired_meanwhile_gets_no_session,
            s_216_two_hundred_logins_at_once_all_succeed,
        ]);
        $crate::contract_tests!($make, session: [
            a_session_comes_back_as_it_was_written,
            a_session_ends_at_its_absolute_end,
            a_session_ends_when_idle,
            s_219_a_clock_that_jumps_makes_nothing_immortal,
            touching_moves_forward_only,
            s_158_late_writes_do_not_bring_back_an_ended_session,
            ending_reports_whether_there_was_one,
            s_160_ending_a_subject_ends_its_sessions_and_no_others,
            s_049_s_104_a_word_of_one_connector_is_about_its_own_sessions,
        ]);
        $crate::contract_tests!($make, session_list: [
            lists_are_in_order_and_come_in_pages,
            a_filter_chooses_by_subject_corp_and_prefix,
            ending_by_filter_ends_what_the_list_showed,
            a_sweep_takes_expired_and_idle_ones,
            a_sweep_takes_no_more_than_asked,
        ]);
        $crate::contract_tests!($make, signing_key: [
            a_key_comes_back_as_it_was_written,
            of_many_first_keys_one_is_written,
            a_rotation_withdraws_what_nothing_followed_yet,
            a_rotation_is_all_or_nothing,
            s_151_a_sweep_deletes_withdrawn_keys,
        ]);
        $crate::contract_tests!($make, site_session: [
            a_ticket_opens_a_site_session,
            of_many_callers_one_enters,
            s_167_a_ticket_is_good_for_one_browser_at_one_host_for_a_minute,
            s_160_site_sessions_and_tickets_end_with_their_session,
            s_162_the_presented_site_session_ends_with_the_new_one,
            s_060_whoever_enters_without_end_leaves_few_site_sessions,
            a_sweep_takes_ended_tickets,
        ]);
        $crate::contract_tests!($make, subject: [
            callers_at_once_get_one_subject,
            equal_keys_of_two_kinds_or_corps_are_two_subjects,
            s_100_a_retired_key_becomes_a_new_subject,
            retiring_ends_the_sessions,
            retiring_twice_is_told,
            an_id_belongs_to_one_key,
        ]);
        $crate::contract_tests!($make, identity: [
            an_identity_comes_back_as_it_was_written,
            a_second_writing_replaces_the_first,
            s_049_each_connector_keeps_what_it_was_told,
            s_106_what_the_directory_says_leaves_consent_alone,
            a_sweep_forgets_what_came_by_a_consent_that_is_over,
            an_identity_needs_a_subject_in_force_of_its_corp,
            a_userid_is_found_in_any_case,
        ]);
        $crate::contract_tests!($make, wecom_token: [
            a_token_comes_back_until_it_ends,
            an_older_token_does_not_replace_a_newer,
            a_newer_token_survives_the_deletion_of_an_older,
            tokens_of_two_apps_or_secrets_never_meet,
            a_sweep_takes_ended_tokens,
        ]);
    };
}

/// The tests of one module of the suite.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_tests {
    ($make:path, $module:ident: [$($name:ident),* $(,)?]) => {
        mod $module {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let made = $make().await;
                    $crate::contract::$module::$name(made.store.clone()).await;
                    made.store.close().await;
                }
            )*
        }
    };
}
