<?php

declare(strict_types=1);

namespace Twofold;

/**
 * Every operation of the API. A refusal is thrown. Generated from the OpenAPI document of Twofold by `php scripts/generate.php`:
 * do not edit.
 *
 * @phpstan-type Acknowledgement array{end_user?: null|EndUser, user: KnownUser}
 * @phpstan-type AskedChallenge array{expires_at: Moment, id: string, kinds: list<Kind>, status: AskedStatus, ticket: string}
 * @phpstan-type AskedForCode array{end_user?: null|EndUser}
 * @phpstan-type AskedStatus 'open'|'enrollment_required'
 * @phpstan-type AskedUser array{email?: string|null, id: string, label?: string|null}
 * @phpstan-type AuditEvent array{address?: string|null, at: Moment, browser?: string|null, by?: string|null, cause?: string|null, factor?: null|Kind, id: string, kind: string, reason?: string|null, subject?: string|null, user: string}
 * @phpstan-type AuditEvents array{events: list<AuditEvent>, next?: string|null}
 * @phpstan-type AuthenticatorDocument array{added_at: Moment, id: string, name: string, used_at?: null|Moment}
 * @phpstan-type BegunEnrollment array{expires_at: Moment, id: string, mailed_to?: string|null, provisioning_uri?: string|null, qr_svg?: string|null, secret?: string|null}
 * @phpstan-type BypassCodeDocument array{code: string, expires_at: Moment}
 * @phpstan-type ChallengeDocument array{action: string, expires_at: Moment, id: string, kind?: null|Kind, opened_at: Moment, passed_at?: null|Moment, status: Status, user: UserOf}
 * @phpstan-type ChallengeTicket array{expires_at: Moment, ticket: string}
 * @phpstan-type Confirmation array{code: string, end_user?: null|EndUser, name?: string|null, user: KnownUser}
 * @phpstan-type ConfirmedEnrollment array{recovery_codes?: list<string>|null}
 * @phpstan-type EndUser array{address?: string|null, user_agent?: string|null}
 * @phpstan-type EnrolledKind 'totp'|'email'
 * @phpstan-type ExemptionDocument array{reason: string, until: Moment}
 * @phpstan-type Kind 'totp'|'email'|'recovery_code'|'bypass_code'
 * @phpstan-type KnownUser array{id: string}
 * @phpstan-type LockDocument array{kind: Kind, stopped: bool, until: Moment}
 * @phpstan-type MailedCode array{again_at: Moment, expires_at: Moment, to: string}
 * @phpstan-type Me array{key: string, scopes: list<string>, site: SiteOfKey, time: Moment}
 * @phpstan-type Moment string
 * @phpstan-type NamedUser array{email?: string|null, id: string, label: string}
 * @phpstan-type NewAnswer array{code: string, end_user?: null|EndUser, kind?: null|Kind, remember_device?: bool}
 * @phpstan-type NewBypassCode array{minutes?: int|null, reason: string}
 * @phpstan-type NewChallenge array{action: string, device?: string|null, end_user?: null|EndUser, user: AskedUser}
 * @phpstan-type NewChallengeTicket array<string, mixed>
 * @phpstan-type NewEnrollment array{end_user?: null|EndUser, kind: EnrolledKind, user: NamedUser}
 * @phpstan-type NewExemption array{reason: string, until: string}
 * @phpstan-type NewSession array{sign_in?: string|null, user: NamedUser}
 * @phpstan-type NewUserRequirement array{deadline?: string|null, reason?: string|null, required: bool}
 * @phpstan-type OpenedChallenge AskedChallenge|UnaskedChallenge
 * @phpstan-type Outcome array{action: string, amr: list<string>, device?: null|TrustedDevice, id: string, kind: Kind, passed_at: Moment, recovery_codes_left?: int|null, user: UserOf}
 * @phpstan-type Problem array{attempts_left?: int|null, clock_offset_seconds?: int|null, code: 'challenge_already_answered'|'challenge_expired'|'challenge_not_passed'|'changed_meanwhile'|'clock_off'|'code_already_used'|'code_malformed'|'code_wrong'|'database_lost'|'deadline_past'|'defect'|'email_not_set_up'|'enrollment_required'|'exemption_past'|'foreign_host'|'idempotency_key_in_flight'|'idempotency_key_reused'|'idempotency_key_spent'|'key_malformed'|'key_missing'|'key_revoked'|'key_unknown'|'kind_not_allowed'|'malformed'|'method_not_allowed'|'no_code_mailed'|'not_a_sign_in'|'not_found'|'recovery_code_not_accepted'|'scope_missing'|'stopped'|'timeout'|'too_large'|'too_many_enrollments'|'too_soon_to_mail'|'two_factor_already_on'|'two_factor_not_on'|'unavailable'|'unsupported_media_type'|'wait', detail: string, expected?: string|null, field?: string|null, key?: string|null, received?: string|null, request_id: string, retry_after?: int|null, status: int, title: string}
 * @phpstan-type RecoveryCodes array{left: int, made_at: Moment, total: int}
 * @phpstan-type Redemption array{end_user?: null|EndUser, remember_device?: bool}
 * @phpstan-type Requirement 'not_required'|'required'|'exempt'
 * @phpstan-type Reset array{reason: string}
 * @phpstan-type SessionTicket array{expires_at: Moment, ticket: string}
 * @phpstan-type SiteOfKey array{id: string, issuer: string, name: string, origins: list<string>}
 * @phpstan-type Status 'open'|'enrollment_required'|'passed'|'redeemed'|'expired'|'locked'
 * @phpstan-type TrustedDevice array{expires_at: Moment, token: string}
 * @phpstan-type UnaskedChallenge array{kinds: list<Kind>, status: UnaskedStatus}
 * @phpstan-type UnaskedStatus 'not_enrolled'|'trusted_device'
 * @phpstan-type Unlock array{reason?: string|null}
 * @phpstan-type UserDocument array{authenticators: list<AuthenticatorDocument>, deadline?: null|Moment, email?: string|null, exemption?: null|ExemptionDocument, id: string, label: string, locks: list<LockDocument>, protected_since?: null|Moment, recovery_codes?: null|RecoveryCodes, requirement: Requirement}
 * @phpstan-type UserOf array{id: string}
 * @phpstan-type UserOfList array{email?: string|null, id: string, label: string, protected_since?: null|Moment}
 * @phpstan-type Users array{next?: string|null, users: list<UserOfList>}
 */
abstract class Operations
{
    /**
     * Sends one request; `path` is below the server's address.
     *
     * @param ?array<string, mixed> $body
     * @param array<string, mixed> $query
     */
    abstract protected function send(string $method, string $path, ?array $body = null, array $query = [], ?string $idempotencyKey = null): mixed;

    /**
     * List what happened, newest first.
     *
     * To the site's users, or to one of them.
     *
     * @param array{user?: string, kind?: string, from?: string, to?: string, cursor?: string, limit?: int} $query
     * @return AuditEvents
     */
    public function listAuditEvents(array $query = []): array
    {
        return $this->send('GET', '/v1/audit-events', query: $query);
    }

    /**
     * Open a challenge.
     *
     * After your own check of the password, or before something dear. `status` says whether the user is to be asked.
     *
     * @param NewChallenge $body
     * @return OpenedChallenge
     */
    public function openChallenge(array $body, ?string $idempotencyKey = null): array
    {
        return $this->send('POST', '/v1/challenges', body: $body, idempotencyKey: $idempotencyKey);
    }

    /**
     * Look at a challenge.
     *
     * It is no proof: whoever lets a user in redeems.
     *
     * @return ChallengeDocument
     */
    public function showChallenge(string $id): array
    {
        return $this->send('GET', '/v1/challenges/' . Segment::of($id));
    }

    /**
     * Answer a challenge, and redeem it with the same call.
     *
     * For a form of your own. Let the user in on this and on nothing else.
     *
     * @param NewAnswer $body
     * @return Outcome
     */
    public function answerChallenge(string $id, array $body): array
    {
        return $this->send('POST', '/v1/challenges/' . Segment::of($id) . '/answers', body: $body);
    }

    /**
     * Mail a code that answers a challenge.
     *
     * To the address that the user confirmed when they set codes by mail up. It answers this challenge and no other one,
     * once, for ten minutes; the one before is good for nothing then.
     *
     * @param AskedForCode $body
     * @return MailedCode
     */
    public function mailChallengeCode(string $id, array $body, ?string $idempotencyKey = null): array
    {
        return $this->send('POST', '/v1/challenges/' . Segment::of($id) . '/email-codes', body: $body, idempotencyKey: $idempotencyKey);
    }

    /**
     * Redeem a challenge that was passed in the widget.
     *
     * Good once. Let the user in on this and on nothing else.
     *
     * @param Redemption $body
     * @return Outcome
     */
    public function redeemChallenge(string $id, array $body): array
    {
        return $this->send('POST', '/v1/challenges/' . Segment::of($id) . '/redeem', body: $body);
    }

    /**
     * Issue another ticket for a challenge.
     *
     * For a page that shows the same challenge again: in a second tab, or loaded anew. Open no second challenge for that: the
     * answer to the first one would then be an answer to nothing. It stays one challenge, with its time and its count.
     *
     * @param NewChallengeTicket $body
     * @return ChallengeTicket
     */
    public function issueChallengeTicket(string $id, array $body, ?string $idempotencyKey = null): array
    {
        return $this->send('POST', '/v1/challenges/' . Segment::of($id) . '/tickets', body: $body, idempotencyKey: $idempotencyKey);
    }

    /**
     * Begin the enrollment of a user's first authenticator.
     *
     * Asked again within ten minutes it answers the same.
     *
     * @param NewEnrollment $body
     * @return BegunEnrollment
     */
    public function beginEnrollment(array $body, ?string $idempotencyKey = null): array
    {
        return $this->send('POST', '/v1/enrollments', body: $body, idempotencyKey: $idempotencyKey);
    }

    /**
     * Say that the recovery codes are saved.
     *
     * This is what switches two-factor authentication on.
     *
     * @param Acknowledgement $body
     * @return void
     */
    public function acknowledgeEnrollment(string $id, array $body): void
    {
        $this->send('POST', '/v1/enrollments/' . Segment::of($id) . '/acknowledge', body: $body);
    }

    /**
     * Confirm an enrollment with a code of the new authenticator.
     *
     * A wrong code changes nothing but the count.
     *
     * @param Confirmation $body
     * @return ConfirmedEnrollment
     */
    public function confirmEnrollment(string $id, array $body): array
    {
        return $this->send('POST', '/v1/enrollments/' . Segment::of($id) . '/confirm', body: $body);
    }

    /**
     * Look at the key that asks.
     *
     * With any scope, and with no effect: to find out whether a key works, and for which site and pages.
     *
     * @return Me
     */
    public function showMe(): array
    {
        return $this->send('GET', '/v1/me');
    }

    /**
     * This document.
     *
     * OpenAPI 3.1: to make a client of, or to try the API with.
     *
     * @return array<string, mixed>
     */
    public function showDocument(): array
    {
        return $this->send('GET', '/v1/openapi.json');
    }

    /**
     * Issue a ticket for a user's Security tab.
     *
     * The site vouches that the user is signed in. `sign_in` says by which challenge; one that is long over does no harm.
     *
     * @param NewSession $body
     * @return SessionTicket
     */
    public function issueSessionTicket(array $body, ?string $idempotencyKey = null): array
    {
        return $this->send('POST', '/v1/sessions', body: $body, idempotencyKey: $idempotencyKey);
    }

    /**
     * List the site's users.
     *
     * Those who were ever named in a session or an enrollment.
     *
     * @param array{cursor?: string, limit?: int} $query
     * @return Users
     */
    public function listUsers(array $query = []): array
    {
        return $this->send('GET', '/v1/users', query: $query);
    }

    /**
     * Erase a user.
     *
     * The audit log keeps what happened and when, under your own id of the user; addresses, browsers, names and reasons go.
     *
     * @return void
     */
    public function eraseUser(string $id): void
    {
        $this->send('DELETE', '/v1/users/' . Segment::of($id));
    }

    /**
     * Look at a user.
     *
     * `protected_since` says whether a badge is to be shown. A key of the scope `read` can do nothing else.
     *
     * @return UserDocument
     */
    public function showUser(string $id): array
    {
        return $this->send('GET', '/v1/users/' . Segment::of($id));
    }

    /**
     * Revoke an authenticator of a user.
     *
     * Its codes stop working at once. With the last one two-factor authentication is off, and recovery codes, sessions,
     * trusted devices and open challenges are gone.
     *
     * @return void
     */
    public function revokeAuthenticator(string $id, string $authenticatorId): void
    {
        $this->send('DELETE', '/v1/users/' . Segment::of($id) . '/authenticators/' . Segment::of($authenticatorId));
    }

    /**
     * Issue a bypass code to a user.
     *
     * For whoever is without the phone: it passes one challenge, and nothing else. A newer one ends the one before, and so does
     * every change of the user's factors. A Security tab that is opened in the five minutes after lets the user replace the
     * authenticator that was lost.
     *
     * @param NewBypassCode $body
     * @return BypassCodeDocument
     */
    public function issueBypassCode(string $id, array $body, ?string $idempotencyKey = null): array
    {
        return $this->send('POST', '/v1/users/' . Segment::of($id) . '/bypass-codes', body: $body, idempotencyKey: $idempotencyKey);
    }

    /**
     * End a user's exemption before its time.
     *
     * What is required counts again, with its old deadline.
     *
     * @return void
     */
    public function endExemption(string $id): void
    {
        $this->send('DELETE', '/v1/users/' . Segment::of($id) . '/exemption');
    }

    /**
     * Exempt a user for a while.
     *
     * Until its end nothing is required of the user, whatever the site's policy says. Then what is required counts again, with
     * its old deadline.
     *
     * @param NewExemption $body
     * @return void
     */
    public function exemptUser(string $id, array $body): void
    {
        $this->send('PUT', '/v1/users/' . Segment::of($id) . '/exemption', body: $body);
    }

    /**
     * Require two-factor authentication of a user, or do not any more.
     *
     * From the deadline on a challenge for the user asks them to set up, if they have nothing to answer with; from now on
     * they cannot switch it off. A deadline is stored once: requiring again without one moves nothing. What the site's policy
     * requires of everybody stays. The user need not be known yet: your own id is enough, and their first challenge leads them
     * to set up.
     *
     * @param NewUserRequirement $body
     * @return void
     */
    public function requireUser(string $id, array $body): void
    {
        $this->send('PUT', '/v1/users/' . Segment::of($id) . '/requirement', body: $body);
    }

    /**
     * Take every factor of a user away.
     *
     * For whoever has lost them all. Authenticators, recovery codes, trusted devices, sessions and open challenges are gone,
     * and wrong codes are forgiven: the user sets two-factor authentication up again.
     *
     * @param Reset $body
     * @return void
     */
    public function resetUser(string $id, array $body, ?string $idempotencyKey = null): void
    {
        $this->send('POST', '/v1/users/' . Segment::of($id) . '/reset', body: $body, idempotencyKey: $idempotencyKey);
    }

    /**
     * Forgive a user's wrong codes.
     *
     * The next code is judged at once.
     *
     * @param Unlock $body
     * @return void
     */
    public function unlockUser(string $id, array $body, ?string $idempotencyKey = null): void
    {
        $this->send('POST', '/v1/users/' . Segment::of($id) . '/unlock', body: $body, idempotencyKey: $idempotencyKey);
    }
}
