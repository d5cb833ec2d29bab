<?php

declare(strict_types=1);

namespace Twofold;

/**
 * The way through the second factor. It ends in somebody's being let in, or in an error: nothing between.
 *
 * A user is `['id' => …, 'label' => …, 'email' => …]`, by your own id. `label` is what authenticator apps show (`email`, unless
 * given), `email` where codes may be mailed. `sign_in`, as `done` has it, is the challenge that they passed to sign in: keep it with
 * the rest. After a bypass code it is what lets them replace the lost authenticator in the Security tab.
 *
 * @phpstan-type User array{id: string, label?: ?string, email?: ?string, sign_in?: ?string}
 */
final class Flow
{
    public const SIGN_IN = 'sign_in';
    private const OVER = ['challenge_expired', 'challenge_already_answered'];
    /** Browsers keep 4 KiB. */
    private const LONGEST_COOKIE = 3500;

    public readonly string $prefix;
    public readonly string $sessionUrl;
    public readonly string $ticketUrl;
    private readonly bool $secure;
    private readonly string $pendingCookie;
    private readonly Sealer $sealer;

    /**
     * @param string $prefix Below this our routes are: `session`, `ticket`, `confirm` and `confirm.js`.
     * @param ?string $sessionUrl Another address for `{prefix}/session`.
     * @param ?string $ticketUrl Another address for `{prefix}/ticket`.
     * @param string $confirmUrl Your page with the challenge: people are sent there.
     * @param string $deviceCookie The cookie that holds a trusted device.
     * @param ?bool $secure Whether cookies are sent over HTTPS only. Unless given: where Twofold is on HTTPS, too.
     */
    public function __construct(
        public readonly Twofold $client,
        string $prefix = '/twofold',
        ?string $sessionUrl = null,
        ?string $ticketUrl = null,
        public readonly string $confirmUrl = '/confirm',
        private readonly string $deviceCookie = 'twofold_device',
        ?bool $secure = null,
    ) {
        $this->prefix = rtrim($prefix, '/');
        $this->sessionUrl = $sessionUrl ?? "{$this->prefix}/session";
        $this->ticketUrl = $ticketUrl ?? "{$this->prefix}/ticket";
        $this->secure = $secure ?? str_starts_with($client->settings->publicUrl, 'https:');
        // Browsers take the prefix from this very host over HTTPS only: no neighbour can put one there.
        $this->pendingCookie = $this->secure ? '__Host-twofold_pending' : 'twofold_pending';
        $this->sealer = new Sealer($client->settings->key);
    }

    /**
     * Opens a challenge. Without an answer the person must be asked, at `confirmUrl`: they are nobody until then.
     *
     * @param ?User $signedIn
     * @param User $user
     */
    public function start(Exchange $exchange, ?array $signedIn, array $user, string $action = self::SIGN_IN, mixed $data = null): ?Confirmed
    {
        $who = self::named($user);
        $device = $action === self::SIGN_IN ? $exchange->cookie($this->deviceCookie) : null;
        try {
            $opened = $this->open($exchange, $who, $action, $device);
            $status = $opened['status'] ?? null;
            if ($status === 'not_enrolled' || ($status === 'trusted_device' && $device !== null)) {
                $this->forget($exchange);
                return new Confirmed($who, $action, $data, $status);
            }
            $this->keep($exchange, new Pending(self::asked($opened), $who, $action, $data, self::idOf($signedIn), microtime(true)));
            return null;
        } catch (\Throwable $error) {
            // What was pending before is over, whatever came.
            $this->forget($exchange);
            throw $error;
        }
    }

    /**
     * Who is to be asked what for, in this browser. They are not signed in.
     *
     * @param ?User $signedIn
     */
    public function pending(Exchange $exchange, ?array $signedIn): ?Pending
    {
        $pending = $this->sealer->open($exchange->cookie($this->pendingCookie));
        return $pending !== null && $pending->by === self::idOf($signedIn) ? $pending : null;
    }

    /**
     * The ticket for the Security tab of whoever is signed in.
     *
     * @param ?User $signedIn
     * @return array{ticket: string}
     */
    public function session(Exchange $exchange, ?array $signedIn): array
    {
        self::ours($exchange);
        if ($signedIn === null) {
            throw TwofoldError::signedOut();
        }
        $user = self::named($signedIn);
        $after = is_string($signedIn['sign_in'] ?? null) ? ['sign_in' => $signedIn['sign_in']] : [];
        return ['ticket' => self::present($this->client->issueSessionTicket(['user' => $user + ['label' => $user['id']]] + $after), 'ticket')];
    }

    /**
     * A ticket for the challenge of this browser; for another one, if its time is over.
     *
     * @param ?User $signedIn
     * @return array{ticket: string}
     */
    public function ticket(Exchange $exchange, ?array $signedIn): array
    {
        self::ours($exchange);
        $pending = $this->pending($exchange, $signedIn) ?? throw TwofoldError::signedOut();
        try {
            return ['ticket' => self::present($this->client->issueChallengeTicket($pending->challenge, []), 'ticket')];
        } catch (TwofoldError $error) {
            if (!in_array($error->error, self::OVER, true)) {
                throw $error;
            }
        }
        return ['ticket' => self::present($this->again($exchange, $pending), 'ticket')];
    }

    /**
     * Redeems the challenge that this server opened for this browser, or answers it with the `code` of your own form. Whatever
     * else the browser says is not read.
     *
     * @param ?User $signedIn
     * @param array<mixed> $form
     */
    public function confirm(Exchange $exchange, ?array $signedIn, array $form): Confirmed
    {
        self::ours($exchange);
        $pending = $this->pending($exchange, $signedIn) ?? throw TwofoldError::nothingPending();
        $outcome = $this->outcome($exchange, $pending, $form);
        $about = [$outcome['id'] ?? null, $outcome['user']['id'] ?? null, $outcome['action'] ?? null];
        if ($about !== [$pending->challenge, $pending->user['id'], $pending->action]) {
            throw new TwofoldError('another_challenge', 403, 'That was for somebody or something else. Please start again.');
        }
        $this->forget($exchange);
        $user = $pending->user;
        if ($pending->action === self::SIGN_IN) {
            $this->trust($exchange, $outcome['device'] ?? null);
            $user['sign_in'] = $pending->challenge;
        }
        return new Confirmed($user, $pending->action, $pending->data, 'passed', $outcome['kind'] ?? null);
    }

    /** The Security tab, for your account page. */
    public function securityHtml(): string
    {
        return Html::security($this->client->settings->publicUrl, $this->sessionUrl);
    }

    /**
     * The challenge, for your page at `confirmUrl`. `fields` are hidden ones of its form, a CSRF token say.
     *
     * @param array<string, string> $fields
     */
    public function challengeHtml(array $fields = []): string
    {
        return Html::challenge($this->client->settings->publicUrl, $this->prefix, $this->ticketUrl, $fields);
    }

    /** Your content security policy, and what the elements need. */
    public function csp(string $policy): string
    {
        return Csp::with($policy, $this->client->settings->publicUrl);
    }

    /** @return list<string> the names of our cookies: sealed or random by themselves */
    public function cookies(): array
    {
        return [$this->pendingCookie, $this->deviceCookie];
    }

    /**
     * @param array<mixed> $form
     * @return array<string, mixed>
     */
    private function outcome(Exchange $exchange, Pending $pending, array $form): array
    {
        $code = $form['code'] ?? '';
        $from = self::from($exchange);
        if (!is_string($code) || $code === '') {
            return $this->client->redeemChallenge($pending->challenge, $from);
        }
        $remember = ($form['remember'] ?? null) === 'yes';
        try {
            return $this->client->answerChallenge($pending->challenge, ['code' => $code, 'remember_device' => $remember] + $from);
        } catch (TwofoldError $error) {
            // In your own form their next try is to be worth something; the widget asks for a ticket by itself.
            if (in_array($error->error, self::OVER, true)) {
                $this->again($exchange, $pending);
            }
            throw $error;
        }
    }

    /** @return array<string, mixed> */
    private function again(Exchange $exchange, Pending $pending): array
    {
        $opened = $this->open($exchange, $pending->user, $pending->action, null);
        $this->keep($exchange, $pending->with(self::asked($opened)));
        return $opened;
    }

    /**
     * @param User $user
     * @return array<string, mixed>
     */
    private function open(Exchange $exchange, array $user, string $action, ?string $device): array
    {
        $known = $device === null ? [] : ['device' => $device];
        return $this->client->openChallenge(['user' => $user, 'action' => $action] + $known + self::from($exchange));
    }

    private function keep(Exchange $exchange, Pending $pending): void
    {
        $sealed = $this->sealer->seal($pending);
        if (strlen($sealed) > self::LONGEST_COOKIE) {
            throw new \LengthException('`data` is too large for a cookie: keep an id, and what it stands for on your server');
        }
        $exchange->setCookie($this->pendingCookie, $sealed, (int) $pending->since + Sealer::PENDING_FOR, $this->secure);
    }

    private function forget(Exchange $exchange): void
    {
        $exchange->setCookie($this->pendingCookie, '', 1, $this->secure);
    }

    private function trust(Exchange $exchange, mixed $device): void
    {
        $token = is_array($device) ? $device['token'] ?? null : null;
        if (is_string($token) && preg_match('/^[\w.~+\/=-]{1,512}$/D', $token) === 1) {
            $exchange->setCookie($this->deviceCookie, $token, (new \DateTimeImmutable($device['expires_at']))->getTimestamp(), $this->secure);
        }
    }

    /**
     * What Twofold may know of a user, and nothing else of your array.
     *
     * @param array<string, mixed> $user
     * @return array{id: string, label?: string, email?: string}
     */
    private static function named(array $user): array
    {
        if (!is_string($user['id'] ?? null)) {
            throw new \InvalidArgumentException('the id of a user is a string: (string) $user->id');
        }
        $named = ['id' => $user['id'], 'label' => ($user['label'] ?? '') ?: ($user['email'] ?? ''), 'email' => $user['email'] ?? ''];
        return array_filter($named, static fn (string $value, string $name): bool => $value !== '' || $name === 'id', ARRAY_FILTER_USE_BOTH);
    }

    /** @param ?array<string, mixed> $user */
    private static function idOf(?array $user): ?string
    {
        return $user === null ? null : self::named($user)['id'];
    }

    /** Only your own pages post here. Browsers that do not say where a request comes from are left to `SameSite`. */
    private static function ours(Exchange $exchange): void
    {
        if (!in_array($exchange->header('Sec-Fetch-Site'), ['same-origin', 'none', null, ''], true)) {
            throw new TwofoldError('foreign_page', 403, 'This was sent by a page of another origin.');
        }
    }

    /** @return array{end_user?: array{address?: string, user_agent?: string}} */
    private static function from(Exchange $exchange): array
    {
        $address = preg_replace(['/%.*$/', '/^::ffff:(?=\d+\.)/i'], '', $exchange->address() ?? '');
        // Whole letters, or none: half of one is no JSON.
        preg_match('/^.{1,1024}/su', $exchange->header('User-Agent') ?? '', $agent);
        $who = [];
        if (filter_var($address, FILTER_VALIDATE_IP) !== false) {
            $who['address'] = $address;
        }
        if ($agent !== []) {
            $who['user_agent'] = $agent[0];
        }
        return $who === [] ? [] : ['end_user' => $who];
    }

    /**
     * The id of a challenge that somebody must answer; any status that is not known is an error.
     *
     * @param array<string, mixed> $opened
     */
    private static function asked(array $opened): string
    {
        $status = $opened['status'] ?? null;
        if (!in_array($status, ['open', 'enrollment_required'], true)) {
            throw TwofoldError::unanswered('answer_malformed', 'a challenge with the status ' . json_encode($status));
        }
        return self::present($opened, 'id');
    }

    /** @param array<string, mixed> $document */
    private static function present(array $document, string $name): string
    {
        $value = $document[$name] ?? null;
        return is_string($value) && $value !== '' ? $value : throw TwofoldError::unanswered('answer_malformed', "there is no $name");
    }
}
