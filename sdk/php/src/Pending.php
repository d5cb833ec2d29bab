<?php

declare(strict_types=1);

namespace Twofold;

/** Somebody who has given a password and is nobody yet. */
final class Pending
{
    /**
     * @param string $challenge The challenge that this server opened.
     * @param array{id: string, label?: string, email?: string} $user
     * @param mixed $data What you gave `start` to keep.
     * @param ?string $by Who was signed in when it began: only they may end it.
     * @param float $since When it began, in seconds.
     */
    public function __construct(
        public readonly string $challenge,
        public readonly array $user,
        public readonly string $action,
        public readonly mixed $data,
        public readonly ?string $by,
        public readonly float $since,
    ) {
    }

    /** @internal */
    public function with(string $challenge): self
    {
        return new self($challenge, $this->user, $this->action, $this->data, $this->by, $this->since);
    }
}
