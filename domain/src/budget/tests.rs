use super::*;
use crate::ports::Entropy;
use crate::testing::SeededEntropy;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn failed(times: u32, now: Timestamp) -> Budget {
    (0..times).fold(Budget::default(), |budget, _| budget.after_failure(now))
}

#[test]
fn four_wrong_answers_cost_no_waiting_and_the_fifth_costs_a_second() {
    assert_eq!(failed(4, at(0)).allowance(at(0)), Allowance::Open);
    assert_eq!(failed(4, at(0)).attempts_left(at(0)), 1);
    assert_eq!(failed(5, at(0)).allowance(at(0)), Allowance::Wait(Duration::from_secs(1)));
    assert_eq!(failed(5, at(0)).allowance(at(1)), Allowance::Open);
}

#[test]
fn the_wait_doubles_and_stays_at_fifteen_minutes() {
    let waits: Vec<u64> = (5..17)
        .map(|times| match failed(times, at(0)).allowance(at(0)) {
            Allowance::Wait(wait) => wait.as_secs(),
            Allowance::Open | Allowance::Stopped(_) => 0,
        })
        .collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
}

#[test]
fn thirty_wrong_answers_in_a_year_stop_the_kind_until_the_first_is_a_year_old() {
    let hour = |n: u32| at(i64::from(n) * 3600);
    let budget = (0..30).fold(Budget::default(), |budget, n| budget.after_failure(hour(n)));
    let year = ROLLING.as_secs().cast_signed();
    assert!(matches!(budget.allowance(hour(60)), Allowance::Stopped(_)));
    assert!(matches!(budget.allowance(at(year - 1)), Allowance::Stopped(_)));
    assert_eq!(budget.allowance(at(year)), Allowance::Open);
}

#[test]
fn the_owner_starts_a_kind_again_twice_and_fifty_are_the_end() {
    let hour = |n: u32| at(i64::from(n) * 3600);
    let (mut budget, mut judged, mut restarts) = (Budget::default(), Vec::new(), 0);
    for n in 0..200 {
        match budget.allowance(hour(n)) {
            Allowance::Open => {
                budget = budget.after_failure(hour(n));
                judged.push(n);
            }
            Allowance::Wait(_) => {}
            Allowance::Stopped(_) => match budget.restarted(hour(n)) {
                Some(again) => {
                    assert_eq!(again.allowance(hour(n)), Allowance::Open, "without waiting");
                    restarts += 1;
                    budget = again;
                }
                None => assert_eq!((judged.len(), restarts), (STOP, 2)),
            },
        }
    }
    assert_eq!((judged.len(), restarts), (STOP, 2));
    assert_eq!(Budget::default().restarted(at(0)), None, "nothing had stopped it");
}

/// A guesser who answers whenever an answer is judged, over three years, beside an owner who signs in on most days, who
/// mistypes now and then, and who starts again whatever stopped. Whatever 365 days are looked at, the guesser's chance
/// is 50 × 3 in a million at most: integers, and nothing is rounded.
#[test]
fn a_slow_drip_over_three_years_stays_within_the_bound_of_every_year() {
    const YEAR: i64 = 365 * 86_400;
    for seed in 0..8 {
        let entropy = SeededEntropy::new(seed);
        let dice = |sides: u64| {
            let mut bytes = [0; 8];
            entropy.fill(&mut bytes);
            u64::from_be_bytes(bytes) % sides
        };
        let (mut budget, mut guesses, mut now) = (Budget::default(), Vec::new(), 0_i64);
        while now < 3 * YEAR {
            now += i64::try_from(dice(7_200)).unwrap();
            if budget.allowance(at(now)) == Allowance::Open {
                budget = budget.after_failure(at(now));
                guesses.push(now);
            }
            // The owner, about once a day.
            if dice(24) == 0 {
                let mistakes = u32::try_from(dice(3)).unwrap();
                match budget.allowance(at(now)) {
                    Allowance::Open => {
                        for _ in 0..mistakes {
                            budget = budget.after_failure(at(now));
                        }
                        budget = budget.after_success(mistakes, at(now + 60));
                    }
                    Allowance::Wait(_) => {}
                    Allowance::Stopped(_) => budget = budget.restarted(at(now)).unwrap_or(budget),
                }
            }
        }
        let most =
            guesses.iter().map(|end| guesses.iter().filter(|at| **at <= *end && **at > end - YEAR).count());
        let most = most.max().unwrap();
        // Of a million chances: 3 for each guess, 150 at most.
        assert!(most * 3 <= 150, "seed {seed}: {most} guesses in 365 days");
        assert!(guesses.len() > 100, "seed {seed}: the guesser did not rest: {}", guesses.len());
    }
}

#[test]
fn a_failure_that_a_clock_ahead_stamped_locks_nobody() {
    let ahead = at(80 * 365 * 86_400);
    assert_eq!(failed(9, ahead).allowance(at(0)), Allowance::Open);
    let stopped = (0..50).fold(Budget::default(), |budget, _| budget.after_failure(ahead));
    assert!(matches!(stopped.allowance(ahead), Allowance::Stopped(_)));
    assert_eq!((stopped.allowance(at(0)), stopped.attempts_left(at(0))), (Allowance::Open, 1));
    assert_eq!(stopped.after_failure(at(0)).failures, [at(0)]);
    assert!(matches!(failed(6, at(60)).allowance(at(0)), Allowance::Wait(_)), "a minute is believed");
}

#[test]
fn a_success_forgives_the_mistakes_of_its_own_ceremony() {
    let budget = failed(3, at(0)).after_failure(at(5)).after_failure(at(6));
    let after = budget.after_success(2, at(7));
    assert_eq!((after.consecutive, after.failures.len()), (0, 3));
}
