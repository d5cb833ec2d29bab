//! How long things last. Defaults; a site's configuration may tighten them and nothing may loosen them.

use std::time::Duration;

/// A pending enrollment keeps its QR code this long (ASVS 5.0, 6.4.1: short-lived).
pub const ENROLLMENT_PENDING: Duration = Duration::from_mins(10);
/// Pending enrollments a user may have at once.
pub const ENROLLMENTS_AT_ONCE: usize = 3;
/// A confirmed first enrollment waits this long for its recovery codes to be saved.
pub const ENROLLMENT_CONFIRMED: Duration = Duration::from_hours(24);
/// A challenge is open this long.
pub const CHALLENGE_OPEN: Duration = Duration::from_mins(5);
/// A challenge that a user passes by setting a first authenticator up is open this long: as long as an enrollment is
/// pending, and as long again as one that is answered.
pub const CHALLENGE_ENROLLING: Duration = Duration::from_mins(15);
/// A passed challenge can be redeemed this long after it was opened for answers.
pub const CHALLENGE_REDEEMABLE: Duration = Duration::from_mins(10);
/// A ticket opens its widget this long, once.
pub const TICKET: Duration = Duration::from_mins(1);
/// The most days for which a site may have a device trusted.
pub const TRUSTED_DEVICE_DAYS: u8 = 30;
/// A step-up is good this long (ASVS 5.0, 7.5.1: re-authentication before a change of factors).
pub const STEP_UP: Duration = Duration::from_mins(5);
/// Authenticators a user may have.
pub const AUTHENTICATORS: usize = 10;
/// Answers that lose the race for their budget are judged again this often before they are told to wait.
pub const RACE_RETRIES: usize = 16;
/// A request under an idempotency key that was not answered after this long never will be: longer than any request takes.
pub const CLAIM_ABANDONED: Duration = Duration::from_secs(15);
/// A link for a new password is good this long (ASVS 5.0, 6.4.1: short-lived).
pub const PASSWORD_LINK: Duration = Duration::from_mins(30);
/// Whoever asks for another one gets the same while it is good this much longer: nobody's asking ends a link on its way.
pub const PASSWORD_LINK_KEPT: Duration = Duration::from_mins(15);
/// A used idempotency key is known this long.
pub const CLAIM_FORGOTTEN: Duration = Duration::from_hours(24);
/// An answer that is good for nothing by itself is kept this long, for whoever did not hear it the first time.
pub const ANSWER_KEPT: Duration = Duration::from_mins(1);
/// Events of the audit log are kept for this many days at least, where they go by age at all: for longer than any notice that
/// tells of one waits, and than whoever looks after it is away.
pub const EVENTS_KEPT_AT_LEAST: u16 = 30;
/// The most days that can be said: ten years. Whoever wants more keeps them for ever.
pub const EVENTS_KEPT_AT_MOST: u16 = 3650;
/// Rows of one page of a list; whoever asks for more gets these.
pub const PAGE: u32 = 200;
/// An authenticator that answered nothing for this long is asked after: a lost phone is noticed before it is needed.
pub const UNUSED: Duration = Duration::from_hours(28 * 24);
/// Rows of recent activity on an administrator's page of a user.
pub const RECENT_EVENTS: u32 = 10;
/// Events of which the Security tab tells a story.
pub const STORY_EVENTS: u32 = 60;
