use super::*;
use std::io::Write;
use std::sync::Arc;

const HOUR: i64 = 3_600_000;

/// What is logged on this thread while `deed` runs.
fn logged(deed: impl FnOnce()) -> Vec<String> {
    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, deed);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn near(one: Timestamp, other: Timestamp) -> bool {
    one.since(other) < Duration::from_mins(1) && other.since(one) < Duration::from_mins(1)
}

#[test]
fn a_move_is_told_once_when_it_begins_and_once_when_it_ends() {
    let clock = SystemClock::default();
    let begun = clock.now();
    let lines = logged(|| {
        assert!((0..100).all(|_| clock.standing().trusted));
        clock.moved_millis.fetch_add(79 * 365 * 24 * HOUR, Ordering::SeqCst);
        assert!((0..100).all(|_| !clock.standing().trusted));
        assert!(near(clock.now(), begun), "nothing is stamped with the new time");
        assert!(near(
            Timestamp::from_millis(clock.standing().moved_millis),
            Timestamp::from_millis(79 * 365 * 24 * HOUR)
        ));
        clock.moved_millis.store(0, Ordering::SeqCst);
        assert!((0..100).all(|_| clock.standing().trusted));
        assert!(near(clock.now(), begun));
    });
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("WARN") && lines[0].contains("the machine's clock was moved"), "{lines:?}");
    assert!(lines[1].contains("WARN") && lines[1].contains("is trusted again"), "{lines:?}");
}

#[test]
fn each_further_move_of_a_clock_that_is_not_trusted_is_told_once() {
    let clock = SystemClock::default();
    let lines = logged(|| {
        for by in [HOUR, 40_000, -2 * HOUR] {
            clock.moved_millis.fetch_add(by, Ordering::SeqCst);
            assert!((0..100).all(|_| !clock.standing().trusted));
        }
    });
    let again: Vec<bool> = lines.iter().map(|line| line.contains("was moved again")).collect();
    assert_eq!(again, [false, true, true], "{lines:?}");
    assert!(lines[2].contains("clock_moved_before_ms=36"), "{lines:?}");
}

#[test]
fn a_clock_that_was_moved_is_held_against_the_databases_as_it_stands() {
    let clock = SystemClock::default();
    let at = clock.reading();
    clock.watched.lock().unwrap().watch.hear(at, Timestamp::from_millis(at.wall), at);
    let lines = logged(|| {
        clock.moved_millis.fetch_add(HOUR, Ordering::SeqCst);
        let standing = clock.standing();
        assert!(!standing.trusted);
        let ahead = standing.ahead_of_database_millis.unwrap();
        assert!(
            (HOUR - 1_000..HOUR + 1_000).contains(&ahead),
            "{ahead}, and moved {}",
            standing.moved_millis
        );
    });
    assert_eq!(lines.len(), 1, "that it was moved says it: {lines:?}");
}

#[test]
fn a_database_that_says_something_else_is_told_of_and_by_more_has_codes_wait() {
    let clock = SystemClock::default();
    let hears = |ahead: i64| {
        let at = clock.reading();
        let said = Timestamp::from_millis(at.wall + ahead);
        clock.watched.lock().unwrap().watch.hear(at, said, at);
        clock.standing()
    };
    let lines = logged(|| {
        assert!(hears(1_000).trusted && hears(-4_000).trusted);
        assert!((0..10).all(|_| hears(-10_000).trusted));
        let ahead = hears(-10_000).ahead_of_database_millis.unwrap();
        assert!((9_000..11_000).contains(&ahead), "{ahead}");
        assert!((0..10).all(|_| !hears(40_000).trusted));
        assert!(hears(0).trusted);
    });
    let said: Vec<bool> = lines.iter().map(|line| line.contains("differ by more than 30 s")).collect();
    assert_eq!(said, [false, true, false, false], "{lines:?}");
}

#[test]
fn time_that_a_test_lets_pass_is_no_move() {
    let clock = SystemClock::default();
    let begun = clock.now();
    clock.passed_millis.fetch_add(HOUR, Ordering::SeqCst);
    assert!(clock.standing().trusted && clock.now().since(begun) >= Duration::from_hours(1));
}

#[test]
fn an_hour_back_and_1970_are_moves_too() {
    for by in [-HOUR, -100 * 365 * 24 * HOUR] {
        let clock = SystemClock::default();
        let begun = clock.now();
        clock.moved_millis.fetch_add(by, Ordering::SeqCst);
        assert!(!clock.standing().trusted && near(clock.now(), begun), "{by}");
    }
}
