<?php

declare(strict_types=1);

namespace Twofold;

/**
 * Why somebody was not let in. `getMessage()` is for your log, `detail` for people.
 */
final class TwofoldError extends \RuntimeException
{
    private const LATER = 'The second factor cannot be checked right now. Please try again in a moment.';
    private const FOR_THE_PERSON = [409, 422, 429];
    /** 422, and yet a defect of the caller. */
    private const FOR_THE_CALLER = ['malformed'];
    private const WORDS = [
        'unreachable' => 'cannot be reached',
        'timeout' => 'does not answer in time',
        'answer_malformed' => 'answers something else',
    ];

    /**
     * @param string $error Stable, for programs: a `code` of Twofold's API, or one of ours: `unreachable`, `timeout` and
     *     `answer_malformed` (Twofold gave no answer that can be trusted), `another_challenge` (the answer is about somebody or
     *     something else), `nothing_pending`, `signed_out`, `foreign_page`.
     * @param int $status What your server answers: 409, 422 and 429 as Twofold said, for the person can do something about them.
     *     Whatever is a defect of the set-up, or no answer, is 503: a 401 of Twofold's is about your key.
     * @param array<string, mixed> $problem All that Twofold said, where it did.
     */
    public function __construct(
        public readonly string $error,
        public readonly int $status,
        public readonly string $detail,
        ?string $message = null,
        public readonly array $problem = [],
        ?\Throwable $previous = null,
    ) {
        parent::__construct($message ?? $detail, 0, $previous);
    }

    /** After a wrong code: tries before waiting begins. */
    public function attemptsLeft(): ?int
    {
        return $this->number('attempts_left');
    }

    /** Seconds after which it may be tried again. */
    public function retryAfter(): ?int
    {
        return $this->number('retry_after');
    }

    /**
     * What an answer may say to people's browsers.
     *
     * @return array<string, string|int>
     */
    public function document(): array
    {
        $said = ['code' => $this->error, 'detail' => $this->detail, 'attempts_left' => $this->attemptsLeft(), 'retry_after' => $this->retryAfter()];
        return array_filter($said, static fn ($value): bool => $value !== null);
    }

    /**
     * A refusal of Twofold.
     *
     * @param array<string, mixed> $problem
     * @internal
     */
    public static function refused(array $problem, int $status, string $what): self
    {
        ['code' => $code, 'detail' => $detail] = $problem;
        if (in_array($status, self::FOR_THE_PERSON, true) && !in_array($code, self::FOR_THE_CALLER, true)) {
            return new self($code, $status, $detail, problem: $problem);
        }
        $more = '';
        foreach (['key', 'field'] as $name) {
            if (is_string($problem[$name] ?? null)) {
                $more .= " ($name {$problem[$name]})";
            }
        }
        return new self($code, 503, self::LATER, "Twofold refuses $what: $status $code$more: $detail", $problem);
    }

    /**
     * There is no answer.
     *
     * @internal
     */
    public static function unanswered(string $code, string $what, ?\Throwable $previous = null): self
    {
        return new self($code, 503, self::LATER, 'Twofold ' . self::WORDS[$code] . ": $what", previous: $previous);
    }

    /** @internal */
    public static function signedOut(): self
    {
        return new self('signed_out', 401, 'Sign in first.');
    }

    /** @internal */
    public static function nothingPending(): self
    {
        return new self('nothing_pending', 409, 'There is nothing to confirm any more. Please start again.');
    }

    private function number(string $name): ?int
    {
        $value = $this->problem[$name] ?? null;
        return is_int($value) ? $value : null;
    }
}
