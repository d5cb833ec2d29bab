//! The audit log: one event for each thing that happened, written in the transaction of the change itself.

use crate::factor::FactorKind;
use crate::name::{EventId, Reason, User, UserId};
use crate::ports::Entropy;
use crate::time::Timestamp;

/// Whom that concerns which no account did: whoever runs the server.
pub const OPERATOR: &str = "operator";

macro_rules! named {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// Every one there is.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in SQL, JSON and logs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// The one of this name.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == text)
            }
        }
    };
}

named! {
    /// What happened.
    EventKind {
        /// A user asked for a QR code.
        EnrollmentBegun = "enrollment.begun",
        /// The code of the new authenticator was right.
        EnrollmentConfirmed = "enrollment.confirmed",
        /// The code of the new authenticator was wrong; [`Event::cause`] says why.
        EnrollmentRefused = "enrollment.refused",
        /// The user said that the recovery codes are saved.
        EnrollmentAcknowledged = "enrollment.acknowledged",
        /// The user gave an enrollment up.
        EnrollmentCancelled = "enrollment.cancelled",
        /// Two-factor authentication was switched on.
        TurnedOn = "two_factor.turned_on",
        /// Two-factor authentication was switched off.
        TurnedOff = "two_factor.turned_off",
        /// An authenticator took another one's place.
        AuthenticatorReplaced = "authenticator.replaced",
        /// A further authenticator was added.
        AuthenticatorAdded = "authenticator.added",
        /// An authenticator was given another name.
        AuthenticatorRenamed = "authenticator.renamed",
        /// An authenticator was tried by its owner and works.
        AuthenticatorTested = "authenticator.tested",
        /// An authenticator was removed.
        AuthenticatorRemoved = "authenticator.removed",
        /// A new set of recovery codes took the old one's place.
        RecoveryCodesReplaced = "recovery_codes.replaced",
        /// A second factor was asked for.
        ChallengeOpened = "challenge.opened",
        /// The second factor was right.
        ChallengePassed = "challenge.passed",
        /// The second factor was wrong; [`Event::cause`] says why.
        ChallengeRefused = "challenge.refused",
        /// So many wrong codes came in a row that whoever gives them may be guessing.
        ChallengeGuessed = "challenge.guessed",
        /// A passed challenge was turned into a result.
        ChallengeRedeemed = "challenge.redeemed",
        /// A factor was proved again before a dangerous change.
        StepUpPassed = "step_up.passed",
        /// The proof before a dangerous change was wrong.
        StepUpRefused = "step_up.refused",
        /// A code was mailed, or is about to be; [`Event::subject`] is the masked address.
        EmailCodeMailed = "email_code.mailed",
        /// A device was trusted.
        DeviceTrusted = "device.trusted",
        /// A trusted device spared its user a challenge.
        DeviceRecognized = "device.recognized",
        /// A device is not trusted any more.
        DeviceForgotten = "device.forgotten",
        /// No device is trusted any more.
        DevicesForgotten = "devices.forgotten",
        /// An administrator took every factor away; [`Event::reason`] says why.
        UserReset = "user.reset",
        /// An administrator forgave the wrong codes that had locked a user.
        UserUnlocked = "user.unlocked",
        /// An administrator issued a bypass code; [`Event::reason`] says why.
        BypassCodeIssued = "bypass_code.issued",
        /// An administrator had everything of a user erased that need not stay.
        UserErased = "user.erased",
        /// An administrator required two-factor authentication of a user; [`Event::subject`] is the day from which on.
        RequirementSet = "requirement.set",
        /// An administrator does not require two-factor authentication of a user any more.
        RequirementLifted = "requirement.lifted",
        /// An administrator exempted a user until the day that is [`Event::subject`]; [`Event::reason`] says why.
        RequirementExempted = "requirement.exempted",
        /// An administrator ended a user's exemption before its time.
        ExemptionEnded = "requirement.exemption_ended",
        /// A user was told that two-factor authentication will be required, from the day that is [`Event::subject`].
        RequirementAnnounced = "requirement.announced",
        /// A user was reminded of it, a few days before.
        RequirementReminded = "requirement.reminded",
        /// An administrator required two-factor authentication of everybody with the role that is [`Event::subject`].
        RoleRequired = "role.required",
        /// An administrator does not require two-factor authentication of a role any more.
        RoleReleased = "role.released",
        /// A browser signed in.
        SessionOpened = "session.opened",
        /// A page of a site showed its user's Security tab.
        WidgetOpened = "widget.opened",
        /// A browser signed out.
        SessionEnded = "session.ended",
        /// Browsers were signed out from another one, or by an administrator; of one, [`Event::subject`] is what it was.
        SessionsEnded = "sessions.ended",
        /// A sign-in gave the wrong password.
        PasswordRefused = "password.refused",
        /// An account was created from its one-time link.
        AccountCreated = "account.created",
        /// An administrator invited somebody to have an account.
        AccountInvited = "account.invited",
        /// An administrator took an invitation back; the address is the subject.
        AccountWithdrawn = "account.withdrawn",
        /// An administrator edited an account; where it has another address, that is the subject.
        AccountEdited = "account.edited",
        /// An account has another address; the old one is the subject.
        AccountMoved = "account.moved",
        /// An administrator gave an account another role, which is the subject.
        AccountRoleChanged = "account.role_changed",
        /// An administrator deactivated an account.
        AccountDeactivated = "account.deactivated",
        /// An administrator let a deactivated account sign in again.
        AccountReactivated = "account.reactivated",
        /// The password was changed.
        PasswordChanged = "password.changed",
        /// A link was made with which a new password is chosen: by an administrator, or to be mailed to whoever asked.
        PasswordLinkMade = "password.link_made",
        /// A new password was chosen with such a link.
        PasswordReset = "password.reset",
        /// An administrator added a site.
        SiteAdded = "site.added",
        /// An administrator edited a site.
        SiteEdited = "site.edited",
        /// An administrator made an API key of a site.
        KeyMade = "key.made",
        /// An administrator revoked an API key of a site.
        KeyRevoked = "key.revoked",
        /// Events of this log were deleted by age; [`Event::subject`] is [`crate::chain::Deleted`].
        AuditCut = "audit.cut",
        /// A restored database was fenced; [`Event::subject`] is [`crate::fence::Fenced`].
        DatabaseFenced = "database.fenced",
    }
}

named! {
    /// Why an answer was refused: the inside of a refusal that looks the same outside.
    Cause {
        /// Not a code of any authenticator or set of this user.
        Wrong = "wrong",
        /// A code that was accepted before.
        AlreadyUsed = "already_used",
        /// A right code of another time.
        ClockOff = "clock_off",
    }
}

/// From where something was asked for, in words.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// The network address, as far as it is known from the connection (or a trusted proxy).
    pub address: Option<String>,
    /// The browser and system in words, "Firefox on Linux" say.
    pub browser: Option<String>,
}

/// One row of the audit log. It never holds a code or a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Its id, ordered by time.
    pub id: EventId,
    /// Whom it concerns.
    pub user: User,
    /// The administrator who did it, a user of the same site; `None`: the user, or the site's server.
    pub by: Option<UserId>,
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
    /// The kind of factor, where one was involved.
    pub factor: Option<FactorKind>,
    /// Why it was refused.
    pub cause: Option<Cause>,
    /// What was involved, in words: the name of an authenticator or a site, or a trusted device's browser.
    pub subject: Option<String>,
    /// What an administrator gave as the reason.
    pub reason: Option<Reason>,
    /// From where.
    pub place: Place,
}

impl Event {
    /// An event of this moment, as yet without factor, cause, subject and reason.
    #[must_use]
    pub fn new(kind: EventKind, user: &User, place: &Place, now: Timestamp, entropy: &dyn Entropy) -> Self {
        let id = EventId::new(now, entropy);
        let (user, place) = (user.clone(), place.clone());
        let (factor, cause, subject, reason) = (None, None, None, None);
        Self { id, user, by: None, at: now, kind, factor, cause, subject, reason, place }
    }

    /// The same, with the id of what it tells of.
    #[must_use]
    pub fn under(mut self, id: EventId) -> Self {
        self.id = id;
        self
    }

    /// Gives the events of one change ids in their order, so that a list by time and id shows them in it.
    #[must_use]
    pub fn in_order(mut events: Vec<Self>) -> Vec<Self> {
        let mut ids: Vec<EventId> = events.iter().map(|event| event.id).collect();
        ids.sort_unstable();
        events.iter_mut().zip(ids).for_each(|(event, id)| event.id = id);
        events
    }

    /// The same, with the kind of factor.
    #[must_use]
    pub fn of_factor(mut self, factor: FactorKind) -> Self {
        self.factor = Some(factor);
        self
    }

    /// The same, with the reason of a refusal.
    #[must_use]
    pub fn because(mut self, cause: Cause) -> Self {
        self.cause = Some(cause);
        self
    }

    /// The same, with an administrator's reason.
    #[must_use]
    pub fn for_reason(mut self, reason: Option<Reason>) -> Self {
        self.reason = reason;
        self
    }

    /// The same, with the administrator who did it.
    #[must_use]
    pub fn done_by(mut self, administrator: Option<&UserId>) -> Self {
        self.by = administrator.cloned();
        self
    }

    /// The same, with the name of what was involved.
    #[must_use]
    pub fn about(mut self, name: &str) -> Self {
        self.subject = Some(name.to_owned());
        self
    }
}
