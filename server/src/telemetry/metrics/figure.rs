//! Every figure there is, by its name. `ops/` and `docs/operating.md` name no other.

/// How a figure behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It counts, and never falls while the process lives.
    Counter,
    /// It says how something stands.
    Gauge,
    /// It sorts what was measured into buckets.
    Histogram,
}

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// How it behaves.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub help: &'static str,
}

macro_rules! figures {
    ($($const:ident: $kind:ident $name:literal [$($label:literal),*] $help:literal;)*) => {
        $(
            #[doc = $help]
            pub(crate) const $const: Figure =
                Figure { name: $name, kind: Kind::$kind, labels: &[$($label),*], help: $help };
        )*

        /// Every figure there is.
        pub const FIGURES: &[Figure] = &[$($const),*];
    };
}

figures! {
    ANSWERS: Counter "twofold_answers_total" ["kind", "result"]
        "Answers that were judged, at sign-ins and before changes, by kind of factor and result.";
    WAITS: Counter "twofold_waits_total" ["kind", "reason"]
        "Answers that ran into a limit: wait is too soon after a wrong one, stopped is the limit of an hour or a day.";
    ENROLLMENTS: Counter "twofold_enrollments_total" ["kind", "stage"]
        "Enrollments that reached a stage, by kind of factor.";
    EVENTS: Counter "twofold_events_total" ["event"]
        "Events that this process has written to the audit log.";
    ONE_STEP_OUT: Counter "twofold_codes_one_step_out_total" []
        "Refused codes of apps that were right one step outside the window: many say that a clock is off.";
    OUTBOX: Gauge "twofold_outbox_pending" ["channel"]
        "Letters that wait to be sent, of all replicas together.";
    OUTBOX_OLDEST: Gauge "twofold_outbox_oldest_seconds" ["channel"]
        "For how long the oldest of them waits; zero if none does.";
    MAIL: Gauge "twofold_mail_configured" []
        "Whether there is a mail server: without one no letter is sent, and all of them wait.";
    AUDIT_OPEN: Gauge "twofold_audit_open_events" []
        "Events of the audit log that are not closed, of all replicas together.";
    AUDIT_OPEN_OLDEST: Gauge "twofold_audit_open_oldest_seconds" []
        "For how long the oldest of them is open; zero if none is.";
    DATABASE_UP: Gauge "twofold_database_up" []
        "Whether the database answered when these figures were read. What it would have said is NaN where not.";
    POOL_OPEN: Gauge "twofold_pool_open" ["pool"]
        "Connections to the database that are open.";
    POOL_IDLE: Gauge "twofold_pool_idle" ["pool"]
        "Of them, those that nobody uses.";
    POOL_LIMIT: Gauge "twofold_pool_limit" ["pool"]
        "Connections to the database that may be open.";
    POOL_WAITING: Gauge "twofold_pool_waiting" []
        "Transactions that wait to begin, for a connection or for the lock of SQLite.";
    HASHING_RUNNING: Gauge "twofold_hashing_running" ["whose"]
        "Turns for hashing that are taken, by whether strangers or known users asked.";
    HASHING_WAITING: Gauge "twofold_hashing_waiting" ["whose"]
        "Requests that wait for a turn to be hashed for.";
    HASHING_SHED: Counter "twofold_hashing_shed_total" ["whose"]
        "Requests that had no turn to be hashed for, and were told to come back.";
    CONNECTIONS: Gauge "twofold_connections_open" ["kind"]
        "Connections of clients: served, or of the reserve, which is only told whether the server is well.";
    CONNECTIONS_LIMIT: Gauge "twofold_connections_limit" []
        "Connections that are served at once.";
    TURNED_AWAY: Counter "twofold_connections_turned_away_total" ["by"]
        "Connections that were not taken: over a share, or refused by the system.";
    REQUEST: Histogram "http_server_request_duration_seconds"
        ["http_request_method", "http_route", "http_response_status_code"]
        "How long requests took, by the template of their route.";
    CLOCK_TRUSTED: Gauge "twofold_clock_trusted" []
        "Whether codes are judged by the clock of this machine.";
    CLOCK_OFFSET: Gauge "twofold_clock_offset_seconds" []
        "By how much the clock of this machine lies ahead of the database's; NaN if nobody knows, as with SQLite.";
    CLOCK_MOVED: Gauge "twofold_clock_moved_seconds" []
        "By how much the clock of this machine was moved forward since it was last believed.";
    PHONES_AHEAD: Gauge "twofold_clock_phones_ahead_seconds" []
        "By how much the phones of most people lie ahead of this machine; zero if they do not agree.";
    KEY: Gauge "twofold_sealing_key_info" ["key_id", "state"]
        "The sealing keys that this process knows, 1 for what they are: the one that is active seals, the others open.";
    KEY_FILE: Gauge "twofold_sealing_key_file_modified_timestamp_seconds" []
        "When the file of the sealing keys was changed last; NaN if that cannot be told.";
    DRAINING: Gauge "twofold_draining" []
        "Whether this process is about to end.";
    BUILD: Gauge "twofold_build_info" ["version", "commit"]
        "The build that runs.";
}
