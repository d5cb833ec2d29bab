//! What a site's administrator does.

use super::rows::Rows;
use crate::audit::{Event, Place};
use crate::budget::Budget;
use crate::factor::FactorKind;
use crate::name::User;
use crate::ports::{IssuedBypassCode, OtherSessions, ResetUser, SetRequirement};
use crate::time::TimeStep;

impl Rows {
    pub(super) fn reset_user(&mut self, reset: ResetUser) -> Option<()> {
        let user = &reset.user;
        self.known(user)?;
        let as_seen = reset.revision.is_none_or(|revision| self.state(user).revision == revision);
        as_seen.then_some(())?;
        self.forgive(user);
        self.switch_off(user);
        self.tickets.retain(|one| one.user != *user);
        self.accesses.retain(|one| one.user != *user);
        self.disturb(user, OtherSessions::End { but: None });
        self.events.extend(reset.events);
        Some(())
    }

    pub(super) fn issue_bypass_code(&mut self, issued: IssuedBypassCode) -> Option<()> {
        self.user(&issued.user).protected_since?;
        self.forgive_kind(&issued.user, FactorKind::BypassCode);
        self.spend_answers(&issued.user);
        self.bypass_codes.insert(issued.user, issued.code);
        self.events.push(issued.event);
        Some(())
    }

    pub(super) fn unlock_user(&mut self, user: &User, event: Event) -> Option<()> {
        self.known(user)?;
        self.forgive(user);
        let highest = TimeStep::highest(event.at);
        let authenticators = self.user(user).authenticators.iter_mut();
        authenticators.for_each(|one| one.watermark = one.watermark.min(highest));
        self.events.push(event);
        Some(())
    }

    pub(super) fn set_requirement(&mut self, set: SetRequirement) -> Option<()> {
        self.known(&set.user)?;
        let demand = &mut self.user(&set.user).demand;
        let as_seen = (demand.of_user, &demand.exemption) == (set.seen.of_user, &set.seen.exemption);
        as_seen.then_some(())?;
        (demand.of_user, demand.exemption) = (set.next.of_user, set.next.exemption);
        self.events.push(set.event);
        Some(())
    }

    pub(super) fn erase_user(&mut self, user: &User, event: Event) -> Option<()> {
        self.known(user)?;
        self.users.remove(user);
        self.budgets.retain(|(owner, _), _| owner != user);
        let gone: Vec<_> =
            self.enrollments.iter().filter(|one| one.user == *user).map(|one| one.id).collect();
        self.waiting.retain(|id, _| !gone.contains(id));
        self.enrollments.retain(|one| one.user != *user);
        self.challenges.retain(|one| one.user != *user);
        self.tickets.retain(|one| one.user != *user);
        self.accesses.retain(|one| one.user != *user);
        self.claims.retain(|one| one.user != *user);
        self.email_codes.retain(|(owner, _)| owner != user);
        self.letters.retain(|one| one.user != *user);
        self.disturb(user, OtherSessions::End { but: None });
        for one in self.events.iter_mut().filter(|one| one.user == *user) {
            (one.subject, one.reason, one.place) = (None, None, Place::default());
        }
        self.events.push(event);
        Some(())
    }

    fn known(&self, user: &User) -> Option<()> {
        self.users.get(user)?.label.as_ref().map(|_| ())
    }

    fn forgive(&mut self, user: &User) {
        for kind in FactorKind::ALL {
            self.forgive_kind(user, kind);
        }
    }

    fn forgive_kind(&mut self, user: &User, kind: FactorKind) {
        if let Some(budget) = self.budgets.get_mut(&(user.clone(), kind))
            && budget.version > 0
        {
            *budget = Budget { version: budget.version + 1, ..Budget::default() };
        }
    }
}
