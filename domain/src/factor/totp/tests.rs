use super::*;
use crate::testing::SeededEntropy;

/// RFC 6238, appendix B, and RFC 4226, appendix D: the secret of the vectors.
fn rfc_secret() -> SharedSecret {
    SharedSecret::from_bytes(b"12345678901234567890").unwrap()
}

fn code(text: &str) -> TotpCode {
    TotpCode::parse(text).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn judge_at(text: &str, seconds: i64, watermark: i64) -> Verdict {
    let watermark = TimeStep::from_number(watermark);
    judge(&rfc_secret(), &code(text), at(seconds), watermark, Diagnosis::Both).unwrap()
}

#[test]
fn the_vectors_of_rfc_6238_are_accepted_at_their_times() {
    // The RFC's eight digits, of which an app shows the last six.
    let vectors = [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ];
    for (seconds, digits) in vectors {
        let step = TimeStep::at(at(seconds));
        assert_eq!(judge_at(digits, seconds, -1), Verdict::Accepted(step), "at {seconds}");
    }
}

#[test]
fn the_vectors_of_rfc_4226_are_accepted_at_their_counters() {
    let vectors =
        ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    for (counter, digits) in (0..).zip(vectors) {
        let expected = Verdict::Accepted(TimeStep::from_number(counter));
        assert_eq!(judge_at(digits, counter * 30, -1), expected, "counter {counter}");
    }
}

#[test]
fn a_code_is_accepted_one_step_early_and_one_step_late_and_no_further() {
    // 359152 is the code of counter 2: 60 s to 90 s.
    assert_eq!(judge_at("359152", 30, -1), Verdict::Accepted(TimeStep::from_number(2)));
    assert_eq!(judge_at("359152", 119, -1), Verdict::Accepted(TimeStep::from_number(2)));
    assert_eq!(judge_at("359152", 29, -1), Verdict::ClockOff { steps: 2 });
    assert_eq!(judge_at("359152", 120, -1), Verdict::ClockOff { steps: -2 });
}

#[test]
fn a_used_code_is_told_from_a_wrong_one_and_says_how_long_to_wait() {
    assert_eq!(judge_at("359152", 65, 2), Verdict::AlreadyUsed { wait: Duration::from_secs(25) });
    // Still inside the window a step later: there the next code is the present one, shown already.
    assert_eq!(judge_at("359152", 95, 2), Verdict::AlreadyUsed { wait: Duration::from_secs(25) });
    assert_eq!(judge_at("000000", 65, 2), Verdict::Wrong);
}

#[test]
fn a_guesser_is_not_told_that_a_code_will_become_right() {
    let watermark = TimeStep::NONE;
    let judged =
        |seconds| judge(&rfc_secret(), &code("520489"), at(seconds), watermark, Diagnosis::Past).unwrap();
    // 520489 is the code of counter 9, seen from counter 2 and from counter 15.
    assert_eq!(judged(60), Verdict::Wrong);
    assert_eq!(judged(450), Verdict::ClockOff { steps: -6 });
}

#[test]
fn a_clock_moved_back_refuses_and_never_replays() {
    assert_eq!(judge_at("359152", 60, 2), Verdict::AlreadyUsed { wait: Duration::from_secs(30) });
    assert_eq!(judge_at("287082", 30, 2), Verdict::AlreadyUsed { wait: Duration::from_mins(1) });
}

#[test]
fn secrets_have_160_bits_and_all_differ() {
    let entropy = SeededEntropy::new(3);
    let mut secrets: Vec<_> = (0..10_000).map(|_| *SharedSecret::new(&entropy).expose()).collect();
    secrets.sort_unstable();
    secrets.dedup();
    assert_eq!(secrets.len(), 10_000);
    let ones: u32 = secrets.iter().flatten().map(|byte| byte.count_ones()).sum();
    let share = f64::from(ones) / (10_000.0 * 160.0);
    assert!((0.498..0.502).contains(&share), "{share} of all bits are set");
}
