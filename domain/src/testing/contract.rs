//! The contract of [`Store`], as cases that every implementation runs, races included.
//!
//! [`store_contract!`](crate::store_contract) turns the cases into tests of the crate that calls it. Each case has users
//! of its own, so that all of them may share one database.

mod administering;
mod answering;
mod bench;
mod bypassing;
mod changing;
mod clocks;
mod embedding;
mod enrolling;
mod forcing;
mod letting_in;
mod listing;
mod mailing;
mod racing;
mod repeating;
mod requiring;
mod seeing;
mod sessions;
mod sites;

pub use administering::*;
pub use answering::*;
pub use bench::{Bench, Racer, Racing};
pub use bypassing::*;
pub use changing::*;
pub use clocks::*;
pub use embedding::*;
pub use enrolling::*;
pub use forcing::*;
pub use letting_in::*;
pub use listing::*;
pub use mailing::*;
pub use racing::*;
pub use repeating::*;
pub use requiring::*;
pub use seeing::*;
pub use sessions::*;
pub use sites::*;

/// How many tasks race for one thing.
pub const RACERS: usize = 64;

/// Makes a test of every case: `store_contract!(open)`, where `open` is an async function that answers an
/// `Arc<dyn Store>`. The crate that calls it needs `tokio` with its multi-threaded runtime. `store_contract!(in_turn open)`
/// makes one function of them, `every_case`, for whoever watches what the store does.
#[macro_export]
macro_rules! store_contract {
    ($open:path) => {
        $crate::store_contract!(@cases tests $open);
    };
    (in_turn $open:path) => {
        $crate::store_contract!(@cases in_turn $open);
    };
    (@cases $how:ident $open:path) => {
        $crate::store_contract!(@$how $open:
            a_site_is_known_with_its_issuer_and_policy_however_many_race
            a_user_is_known_by_the_exact_id_and_relabelled
            an_address_is_remembered_of_a_known_user_only
            whoever_is_protected_is_told_at_the_address_that_they_had
            no_more_than_three_enrollments_are_pending_however_many_race
            an_enrollment_is_confirmed_once_however_many_race
            an_expired_or_foreign_enrollment_is_not_confirmed
            a_second_confirmed_enrollment_takes_the_place_of_the_first
            an_acknowledged_enrollment_switches_on_once_however_many_race
            an_acknowledgement_passes_its_challenge_once_however_many_race
            a_challenge_that_waits_for_an_enrollment_is_passed_by_nothing_else
            a_further_authenticator_is_active_at_once_and_only_once
            a_replacing_authenticator_takes_the_old_ones_place_in_one_step
            a_pending_enrollment_is_taken_over_by_one_session_however_many_race
            a_cancelled_enrollment_leaves_nothing_behind
            what_one_session_confirmed_no_other_acknowledges_or_takes_up_without_a_code
            of_an_acknowledgement_and_takings_up_one_session_holds_codes_that_work
            a_step_is_accepted_once_over_all_challenges_however_many_race
            a_recovery_code_is_accepted_once_over_all_challenges_however_many_race
            a_failure_is_counted_once_for_each_budget_read_however_many_race
            racing_guesses_are_counted_exactly
            a_right_answer_does_not_pass_under_a_budget_that_changed
            an_expired_challenge_passes_nothing_and_spends_nothing
            a_challenge_is_redeemed_once_however_many_race
            a_challenge_of_another_site_does_not_exist
            a_step_up_spends_its_code_and_none_after_the_session_ended
            a_step_up_gives_a_session_its_new_bearer_and_nobody_the_old_one
            an_authenticator_is_renamed_by_its_owner_only
            two_removals_that_saw_the_same_state_do_not_both_happen
            a_new_set_of_codes_invalidates_the_old_one
            switching_off_leaves_nothing_that_answers
            switching_off_happens_once_however_many_race
            a_session_is_found_by_its_bearer_until_it_ends
            a_change_of_factors_reaches_the_other_sessions
            a_reset_takes_every_factor_and_ends_everything_that_is_open
            resets_that_saw_the_same_state_happen_once_however_many_race
            a_reset_leaves_nothing_to_be_redeemed_however_answers_race_with_it
            an_unlock_forgives_and_a_budget_read_before_it_changes_nothing
            a_requirement_is_set_under_what_was_seen_and_of_known_users_only
            requirements_that_saw_the_same_state_happen_once_however_many_race
            an_erased_user_leaves_nothing_personal_and_is_erased_once_however_many_race
            a_ticket_is_torn_once_however_many_race
            a_ticket_opens_what_it_was_issued_for_and_not_after_its_time
            a_device_is_trusted_with_the_redeeming_and_found_by_its_bearer
            every_device_is_forgotten_once_however_many_race
            a_passed_challenge_keeps_that_its_browser_is_to_be_remembered
            every_change_of_factors_forgets_every_device
            events_come_newest_first_and_only_to_their_user
            a_bypass_code_is_accepted_once_over_all_challenges_however_many_race
            a_bypass_code_passes_nothing_for_anybody_else_or_after_its_time
            a_newer_bypass_code_ends_the_older_however_many_race
            every_change_of_factors_ends_the_bypass_code
            a_new_bypass_code_forgives_wrong_ones_and_nothing_else
            of_names_that_are_given_at_once_one_is_kept_and_the_others_are_told
            of_confirmations_from_different_sessions_one_happens_and_the_others_are_asked_again
            of_sessions_that_a_bypass_code_let_past_one_makes_one_change
            a_device_lets_in_with_its_recognition_and_not_once_it_is_over
            a_right_answer_lets_in_with_its_result_or_nothing_happens
            nobody_is_let_in_by_what_was_ended_meanwhile
            devices_that_are_forgotten_while_they_let_in_let_nobody_in_afterwards
            nobody_is_let_in_unasked_of_whom_it_is_required_by_then
            a_bypass_code_allows_no_change_once_an_authenticator_has_answered
            a_key_is_claimed_once_however_many_race
            an_answer_is_kept_for_its_claim_and_no_longer_than_it_is_good
            what_is_opened_under_a_key_is_opened_once_with_its_answer_however_many_race
            an_abandoned_claim_neither_settles_nor_releases_the_one_that_took_it_over
            answers_are_wiped_when_their_time_is_over_and_with_their_user
            users_are_listed_in_pages_by_the_bytes_of_their_ids
            events_are_listed_in_pages_that_neither_repeat_nor_leave_out
            events_are_listed_from_a_moment_to_another
            one_code_is_mailed_a_minute_however_many_ask_and_five_an_hour
            a_mailed_code_is_used_once_however_many_race
            a_mailed_code_is_its_users_and_ends_with_its_time
            the_fifth_wrong_answer_ends_a_mailed_code_however_many_race
            an_address_is_confirmed_by_its_code_and_is_the_only_one
            a_change_of_factors_ends_a_mailed_code
            an_address_is_sent_ten_letters_a_day_however_many_users_have_it
            a_letter_is_taken_once_however_many_race_and_wiped_when_it_is_settled
            no_session_opens_on_what_was_seen_before_an_acknowledgement
            of_changes_that_end_the_other_sessions_one_happens
            a_session_that_ended_or_was_asked_again_changes_nothing
            what_a_session_has_pending_ends_with_it
            a_challenge_is_over_with_the_factors_it_was_opened_under
            what_an_answer_is_judged_against_is_seen_with_its_challenge
            a_challenge_is_opened_with_its_ticket_which_is_torn_once
            a_users_state_is_of_one_moment_however_it_changes_meanwhile
            tidying_deletes_only_what_ended
            a_challenge_of_a_clock_ahead_is_neither_passed_nor_redeemed
            a_ticket_of_a_clock_ahead_opens_nothing
            an_enrollment_of_a_clock_ahead_is_not_gone_on_with_and_takes_no_place
            a_code_that_a_clock_ahead_mailed_is_good_for_nothing_and_holds_nobody_off
            a_bypass_code_of_a_clock_ahead_passes_nothing
            a_claim_of_a_clock_ahead_holds_its_key_from_nobody
            what_a_clock_ahead_stamped_is_ended_and_nothing_else
            an_unlock_lowers_a_watermark_that_lies_ahead_and_no_other
        );
    };
    (@in_turn $open:path: $($case:ident)*) => {
        async fn every_case() {$({
            // A function for each, on the heap: in one function, all of them would lie on the stack beside each other.
            fn case() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
                Box::pin(async {
                    let (store, race) = ($open().await, $crate::race!());
                    let bench = $crate::testing::contract::Bench::new(store, race, stringify!($case));
                    $crate::testing::contract::$case(bench).await;
                })
            }
            case().await;
        })*}
    };
    (@tests $open:path: $($case:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $case() {
            let bench = $crate::testing::contract::Bench::new($open().await, $crate::race!(), stringify!($case));
            $crate::testing::contract::$case(bench).await;
        }
    )*};
}
