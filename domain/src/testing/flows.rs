//! What people do, from the first QR code to switching off, as cases that run on every store.
//!
//! [`store_flows!`](crate::store_flows) turns them into tests, as [`store_contract!`](crate::store_contract) does with the
//! contract. The phone is played by `totp-rs`; that independent authenticators agree is shown end to end.

mod administering;
mod bypassing;
mod clocks;
mod embedding;
mod forcing;
mod mailing;
mod person;
mod racing;
mod recovering;
mod requiring;
mod setting_up;
mod signing_in;
mod stepping_up;

pub use administering::*;
pub use bypassing::*;
pub use clocks::*;
pub use embedding::*;
pub use forcing::*;
pub use mailing::*;
pub use person::Person;
pub use racing::*;
pub use recovering::*;
pub use requiring::*;
pub use setting_up::*;
pub use signing_in::*;
pub use stepping_up::*;

/// Makes a test of every flow: `store_flows!(open)`, where `open` is an async function that answers an
/// `Arc<dyn Store>`. `store_flows!(in_turn open)` makes one function of them instead, `every_flow`.
#[macro_export]
macro_rules! store_flows {
    ($open:path) => {
        $crate::store_flows!(@flows tests $open);
    };
    (in_turn $open:path) => {
        $crate::store_flows!(@flows in_turn $open);
    };
    (@flows $how:ident $open:path) => {
        $crate::store_flows!(@$how $open:
            a_person_sets_up_and_signs_in
            signing_in_does_not_ask_before_the_codes_are_saved
            a_wrong_code_keeps_the_same_secret_and_says_why
            a_pending_set_up_survives_a_reload_and_ends_after_ten_minutes
            another_session_is_not_shown_a_pending_secret
            what_one_browser_confirmed_another_one_finishes_with_a_code_of_it_only
            whoever_finds_a_set_up_of_somebody_else_cancels_it
            the_next_session_of_a_page_goes_on_where_the_last_one_was
            recovery_codes_are_shown_again_until_they_are_saved_and_never_after
            starting_over_gives_another_secret
            a_further_authenticator_works_beside_the_first
            a_replaced_phone_works_until_the_new_one_is_confirmed
            the_confirming_code_does_not_sign_in
            a_code_signs_in_once_over_all_challenges
            a_clock_moved_back_brings_no_code_back
            a_challenge_ends_after_five_minutes
            a_result_is_given_out_once
            one_code_typed_many_times_at_once_passes_once
            guesses_that_race_are_judged_no_more_often_than_the_budget_allows
            after_five_wrong_codes_even_the_right_one_waits
            a_new_challenge_brings_no_new_tries
            what_guessing_stopped_its_owner_starts_again_by_passing_in_another_way
            nothing_but_six_digits_or_a_recovery_code_is_judged
            a_recovery_code_signs_in_once_in_any_spelling
            a_new_set_of_recovery_codes_ends_the_old_one
            recovery_codes_that_race_are_hashed_no_more_often_than_the_budget_allows
            what_was_not_hashed_was_not_tried
            a_bypass_code_signs_in_once_in_any_spelling
            a_bypass_code_passes_nothing_but_a_challenge
            a_bypass_code_is_good_for_minutes_and_the_newest_only
            after_a_bypass_code_the_lost_phone_is_replaced_once_and_nothing_else_is_changed
            what_a_bypass_code_allows_a_widget_is_its_sign_ins_and_ends_with_the_phone
            a_bypass_code_that_passed_something_else_allows_nothing
            a_stale_session_proves_everything_again_before_a_change
            a_step_up_renews_the_bearer_of_a_browser_and_not_of_a_widget
            a_wrong_password_is_refused_before_the_code_is_looked_at
            switching_off_asks_for_password_and_code_however_fresh_the_session
            the_only_authenticator_is_not_removed
            a_removed_authenticator_answers_nothing
            a_test_tells_whether_this_very_authenticator_works
            an_app_that_answered_nothing_for_four_weeks_is_asked_after
            an_idle_session_is_over
            a_widget_is_opened_by_a_ticket_once_within_a_minute
            a_challenge_ticket_answers_its_challenge_and_nothing_else
            a_trusted_device_is_not_asked_until_a_factor_changes
            what_guessing_stopped_starts_again_once_its_owner_comes_with_a_trusted_device
            who_ticked_the_box_is_remembered_with_the_browser_of_the_answer
            a_site_that_remembers_no_device_remembers_none
            a_site_that_remembers_for_fewer_days_is_obeyed_at_once
            what_a_site_does_not_allow_is_not_set_up
            a_site_enrolls_for_an_unprotected_user_and_for_nobody_else
            who_has_to_sets_up_and_has_passed_with_that
            a_challenge_that_asks_to_set_up_ends_after_a_quarter_of_an_hour
            who_set_up_elsewhere_meanwhile_is_asked_for_a_code
            who_has_to_set_up_may_do_nothing_else
            what_is_required_is_not_turned_off
            who_is_required_sets_up_from_the_deadline_on_and_not_before
            who_is_required_keeps_a_factor_however_far_the_deadline
            an_exemption_frees_until_its_end_whatever_else_is_required
            a_site_requires_from_its_date_on
            who_is_unknown_is_required_nothing_of_and_racing_requirements_are_kept_once
            an_administrator_may_revoke_every_authenticator_at_once
            many_wrong_codes_at_sign_in_are_told_of_once
            a_mailed_code_sets_up_and_signs_in
            a_mailed_code_answers_the_ceremony_it_was_asked_for_and_no_other
            a_mailed_code_survives_four_wrong_answers_and_ten_minutes
            where_mail_is_not_allowed_no_code_is_mailed
            an_address_that_nobody_knows_is_asked_for
            no_sign_in_under_way_outlives_an_acknowledgement
            of_sessions_that_ask_for_new_codes_at_once_one_holds_some
            of_different_changes_from_different_sessions_one_happens
            of_tabs_that_rename_what_they_saw_one_does_and_the_others_are_told
            whoever_turns_off_what_somebody_else_has_changed_is_told_to_look_again
            everything_that_happened_is_in_the_log
            three_seconds_in_2106_leave_nobody_waiting_and_nothing_alive
            an_hour_forth_and_back_leaves_nobody_waiting_and_nothing_alive
            three_seconds_in_1970_leave_everything_as_it_was
            while_the_clock_is_not_trusted_codes_fail_and_none_is_counted
            codes_that_are_right_one_step_outside_the_window_are_counted
        );
    };
    (@in_turn $open:path: $($flow:ident)*) => {
        async fn every_flow() {$({
            // A function for each, on the heap, as with the cases of the contract.
            fn flow() -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
                Box::pin(async {
                    let (store, race) = ($open().await, $crate::race!());
                    let person = $crate::testing::flows::Person::new(store, race, stringify!($flow)).await;
                    $crate::testing::flows::$flow(person).await;
                })
            }
            flow().await;
        })*}
    };
    (@tests $open:path: $($flow:ident)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $flow() {
            let person = $crate::testing::flows::Person::new($open().await, $crate::race!(), stringify!($flow)).await;
            $crate::testing::flows::$flow(person).await;
        }
    )*};
}
