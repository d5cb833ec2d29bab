//! How many tests passed and failed, read from what cargo and Playwright print.

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Tally {
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; …`, once for each test binary.
    pub(crate) fn of_cargo(output: &str) -> Self {
        let results = output.lines().filter(|line| line.starts_with("test result:"));
        Self::of(results.flat_map(|line| line.split([';', '.'])))
    }

    /// `  12 passed (3.4s)` and `  1 failed`, each on its own line. A flaky test did not pass.
    pub(crate) fn of_playwright(output: &str) -> Self {
        Self::of(output.lines())
    }

    /// `# pass 12` and `# fail 1`, as `node --test` ends into a pipe; a test that was cancelled did not pass.
    pub(crate) fn of_node(output: &str) -> Self {
        let count = |word: &str| {
            let found = output
                .lines()
                .filter_map(|line| line.strip_prefix("# ")?.strip_prefix(word)?.strip_prefix(' '));
            found.filter_map(|number| number.parse::<u64>().ok()).sum::<u64>()
        };
        Self { passed: count("pass"), failed: count("fail") + count("cancelled") }
    }

    /// `Ran 12 tests in 3.4s`, then `OK` or `FAILED (failures=1, errors=1)`.
    pub(crate) fn of_unittest(output: &str) -> Self {
        let all = output.lines().filter_map(|line| line.strip_prefix("Ran ")).map(number).sum::<u64>();
        let ends = output.lines().filter_map(|line| line.strip_prefix("FAILED ("));
        let counts = ends.flat_map(|line| line.split(", ")).filter(|count| !count.starts_with("skipped"));
        let failed =
            counts.filter_map(|count| count.split_once('=')).map(|(_, count)| number(count)).sum::<u64>();
        Self { passed: all.saturating_sub(failed), failed }
    }

    /// `OK (12 tests, 40 assertions)`, or `Tests: 12, Assertions: 40, Failures: 1.`
    pub(crate) fn of_phpunit(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            if let Some(good) = line.strip_prefix("OK (") {
                tally.passed += number(good);
            } else if line.starts_with("Tests: ") {
                let counts = line.split(", ").filter_map(|count| count.split_once(": "));
                let bad =
                    counts.clone().filter(|(word, _)| !["Tests", "Assertions", "Skipped"].contains(word));
                let failed = bad.map(|(_, count)| number(count)).sum::<u64>();
                let all =
                    counts.filter(|(word, _)| *word == "Tests").map(|(_, count)| number(count)).sum::<u64>();
                tally += Self { passed: all.saturating_sub(failed), failed };
            }
        }
        tally
    }

    /// `  728 generated, 728 passed, 18 skipped`, below `Test cases:`.
    pub(crate) fn of_schemathesis(output: &str) -> Self {
        let mut lines = output.lines().skip_while(|line| *line != "Test cases:");
        Self::of(lines.nth(1).into_iter().flat_map(|line| line.split(',')))
    }

    /// Sums phrases that begin with a number and one of the words.
    fn of<'a>(phrases: impl Iterator<Item = &'a str>) -> Self {
        let mut tally = Self::default();
        for phrase in phrases {
            let mut words = phrase.split_whitespace();
            let Some(count) = words.next().and_then(|word| word.parse::<u64>().ok()) else {
                continue;
            };
            match words.next() {
                Some("passed") => tally.passed += count,
                Some("failed" | "flaky") => tally.failed += count,
                _ => {}
            }
        }
        tally
    }
}

/// The number that a text begins with.
fn number(text: &str) -> u64 {
    text.chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn cargo_is_summed_over_its_binaries() {
        let output = "running 2 tests\ntest a ... ok\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.50s\n";
        assert_eq!(Tally::of_cargo(output), Tally { passed: 5, failed: 1 });
    }

    #[test]
    fn schemathesis_says_it_below_its_test_cases() {
        let output = "     ✅ 15 passed\n\nTest cases:\n  728 generated, 720 passed, 18 skipped\n\nSeed: 1\n";
        assert_eq!(Tally::of_schemathesis(output), Tally { passed: 720, failed: 0 });
    }

    #[test]
    fn node_says_it_with_a_hash() {
        let output = "ok 1 - passes\n1..2\n# tests 3\n# pass 1\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(Tally::of_node(output), Tally { passed: 1, failed: 2 });
    }

    #[test]
    fn unittest_says_how_many_ran_and_what_came_of_them() {
        let good = "Ran 12 tests in 3.4s\n\nOK\n";
        assert_eq!(Tally::of_unittest(good), Tally { passed: 12, failed: 0 });
        let bad = "Ran 12 tests in 3.4s\n\nFAILED (failures=1, errors=2, skipped=3)\n";
        assert_eq!(Tally::of_unittest(bad), Tally { passed: 9, failed: 3 });
    }

    #[test]
    fn phpunit_says_it_in_two_ways() {
        let good = "....\n\nOK (12 tests, 40 assertions)\n";
        assert_eq!(Tally::of_phpunit(good), Tally { passed: 12, failed: 0 });
        let bad = "FAILURES!\nTests: 12, Assertions: 40, Errors: 1, Failures: 2.\n";
        assert_eq!(Tally::of_phpunit(bad), Tally { passed: 9, failed: 3 });
    }

    #[test]
    fn playwright_says_it_at_the_end() {
        let output = "Running 6 tests using 2 workers\n  ✓  1 enroll.spec.ts:3:1 › sets up (1.2s)\n\n  \
            1 failed\n    enroll.spec.ts:9:1 › replaces\n  1 skipped\n  4 passed (7.9s)\n";
        assert_eq!(Tally::of_playwright(output), Tally { passed: 4, failed: 1 });
    }
}
