<?php

declare(strict_types=1);

namespace Twofold;

/** Whom you may let in, for what. */
final class Confirmed
{
    /**
     * @param array{id: string, label?: string, email?: string, sign_in?: string} $user
     * @param mixed $data What you gave `start` to keep.
     * @param 'passed'|'not_enrolled'|'trusted_device' $status With the latter two there was nothing to ask.
     * @param ?string $kind What the person proved themselves with, if they were asked.
     */
    public function __construct(
        public readonly array $user,
        public readonly string $action,
        public readonly mixed $data,
        public readonly string $status,
        public readonly ?string $kind = null,
    ) {
    }
}
