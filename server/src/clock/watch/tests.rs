use super::*;

const START: i64 = 1_800_000_000_000;
const SECOND: i64 = 1_000;
const HOUR: i64 = 3_600_000;
/// From 2027 to 2106.
const FAR: i64 = 79 * 365 * 24 * HOUR;

/// A machine, its database, and a watch over both.
struct Machine {
    watch: Watch,
    wall: i64,
    steady: i64,
    /// How far the database's clock lies ahead of the time that passed truly.
    database: Option<i64>,
}

impl Machine {
    fn new(database: Option<i64>) -> Self {
        let (wall, steady) = (START, 5_000);
        Self { watch: Watch::new(Reading { wall, steady }), wall, steady, database }
    }

    fn reading(&self) -> Reading {
        Reading { wall: self.wall, steady: self.steady }
    }

    fn passes(&mut self, millis: i64) -> &mut Self {
        self.wall += millis;
        self.steady += millis;
        self
    }

    /// Somebody moves the wall clock.
    fn moved(&mut self, millis: i64) -> &mut Self {
        self.wall += millis;
        self
    }

    fn asks(&mut self) -> &mut Self {
        if let Some(ahead) = self.database {
            let says = Timestamp::from_millis(START + (self.steady - 5_000) + ahead);
            let at = self.reading();
            self.watch.hear(at, says, at);
        }
        self
    }

    fn look(&mut self) -> Look {
        let at = self.reading();
        self.watch.look(at)
    }

    /// Milliseconds since the start by the watch, and why codes are not judged.
    fn says(&mut self) -> (i64, Option<Doubt>) {
        let look = self.look();
        (look.now.millis() - START, look.doubt)
    }
}

#[test]
fn a_clock_that_nobody_moves_is_believed() {
    let mut machine = Machine::new(None);
    for _ in 0..10_000 {
        assert_eq!(machine.passes(7 * SECOND).look().doubt, None);
    }
    assert_eq!(machine.says(), (70_000 * SECOND, None));
}

#[test]
fn three_seconds_in_2106_are_noticed_at_once_and_over_at_once() {
    for database in [None, Some(0)] {
        let mut machine = Machine::new(database);
        machine.asks().passes(10 * SECOND).moved(FAR);
        assert_eq!(machine.says(), (10 * SECOND, Some(Doubt::Moved)), "now goes on as it was");
        assert_eq!(machine.look().moved, FAR);
        assert_eq!(machine.passes(3 * SECOND).asks().says(), (13 * SECOND, Some(Doubt::Moved)));
        machine.moved(-FAR);
        assert_eq!(machine.says(), (13 * SECOND, None));
    }
}

#[test]
fn to_1970_and_an_hour_back_is_noticed_too() {
    for span in [-START, -HOUR, -31 * SECOND, 31 * SECOND, HOUR] {
        let mut machine = Machine::new(None);
        assert_eq!(machine.moved(span).says(), (0, Some(Doubt::Moved)), "{span}");
        assert_eq!(machine.moved(-span).says(), (0, None), "{span}");
    }
}

#[test]
fn a_step_within_the_window_is_taken_over_and_many_do_not_add_up() {
    let mut machine = Machine::new(None);
    assert_eq!(machine.moved(29 * SECOND).says(), (29 * SECOND, None));
    assert_eq!(machine.passes(SECOND).moved(29 * SECOND).says().1, Some(Doubt::Moved), "58 s at once");
    machine.moved(-29 * SECOND);
    assert_eq!(machine.says().1, None);
    // Kept for long enough it is the clock, and the next step is measured from there.
    machine.passes(5 * 60 * SECOND).look();
    assert_eq!(machine.moved(29 * SECOND).says().1, None);
}

#[test]
fn without_a_witness_another_time_is_believed_after_five_minutes_in_which_it_stays() {
    let mut machine = Machine::new(None);
    assert_eq!(machine.moved(HOUR).says(), (0, Some(Doubt::Moved)));
    assert_eq!(machine.passes(299 * SECOND).says(), (299 * SECOND, Some(Doubt::Moved)));
    assert_eq!(machine.passes(SECOND).says(), (HOUR + 300 * SECOND, None));

    let mut restless = Machine::new(None);
    for _ in 0..100 {
        assert_eq!(restless.moved(HOUR).passes(60 * SECOND).look().doubt, Some(Doubt::Moved));
    }
}

#[test]
fn a_witness_has_it_believed_at_once() {
    let mut machine = Machine::new(Some(2 * HOUR));
    assert_eq!(machine.says(), (0, None), "nobody was asked yet");
    assert_eq!(machine.asks().says(), (0, Some(Doubt::Database)));
    assert_eq!(machine.look().ahead_of_database, Some(-2 * HOUR));
    assert_eq!(
        machine.moved(2 * HOUR + 10 * SECOND).says(),
        (2 * HOUR + 10 * SECOND, None),
        "it was set right"
    );
}

#[test]
fn a_machine_that_stood_still_is_believed_when_it_and_the_database_agree() {
    let mut machine = Machine::new(Some(0));
    machine.asks();
    // The steady clock stood still too, so that all of it looks like a move: of the wall clock, and of the database's.
    machine.database = Some(HOUR);
    assert_eq!(machine.moved(HOUR).says(), (0, Some(Doubt::Moved)));
    assert_eq!(machine.passes(5 * SECOND).asks().says(), (HOUR + 5 * SECOND, None));
}

#[test]
fn a_database_that_says_another_time_has_codes_wait_until_it_does_not_or_is_not_heard_of() {
    let mut machine = Machine::new(Some(31 * SECOND));
    assert_eq!(machine.asks().says(), (0, Some(Doubt::Database)));
    machine.database = Some(29 * SECOND);
    assert_eq!(machine.passes(5 * SECOND).asks().says(), (5 * SECOND, None));
    machine.database = Some(HOUR);
    assert_eq!(machine.asks().look().doubt, Some(Doubt::Database));
    assert_eq!(machine.passes(61 * SECOND).look().doubt, None, "what it said a minute ago says nothing now");
}

#[test]
fn an_answer_that_took_long_says_nothing() {
    let mut machine = Machine::new(None);
    let before = machine.reading();
    let after = machine.passes(16 * SECOND).reading();
    machine.watch.hear(before, Timestamp::from_millis(START + HOUR), after);
    assert_eq!(machine.look().ahead_of_database, None);
}

#[test]
fn a_time_is_settled_once_it_was_believed_for_five_minutes() {
    for database in [None, Some(0)] {
        let mut machine = Machine::new(database);
        assert!(!machine.asks().passes(299 * SECOND).look().settled, "a server that has just begun");
        assert!(machine.asks().passes(SECOND).look().settled);
        machine.moved(-HOUR);
        assert!(!machine.look().settled, "nothing is ended by a clock that was moved");
        machine.moved(HOUR);
        assert!(machine.look().settled, "which says nothing about the time before, as it was not believed");
    }
}

#[test]
fn another_time_that_is_believed_is_settled_five_minutes_after_that() {
    let mut alone = Machine::new(None);
    alone.passes(HOUR).moved(-HOUR).look();
    assert_eq!(alone.passes(300 * SECOND).look().doubt, None, "it is believed after five");
    assert!(!alone.passes(299 * SECOND).look().settled);
    assert!(alone.passes(SECOND).look().settled);

    let mut witnessed = Machine::new(Some(-HOUR));
    witnessed.passes(SECOND).moved(-HOUR).asks();
    assert_eq!(witnessed.look().doubt, None, "at once, by the database's word");
    assert!(!witnessed.passes(299 * SECOND).asks().look().settled, "who may be the same machine");
    assert!(witnessed.passes(SECOND).asks().look().settled);
}
