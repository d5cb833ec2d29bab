<?php

declare(strict_types=1);

namespace Twofold;

/** There was no answer. */
final class TransportError extends \RuntimeException
{
    /** @param 'unreachable'|'timeout' $error */
    public function __construct(public readonly string $error, string $message, ?\Throwable $previous = null)
    {
        parent::__construct($message, 0, $previous);
    }
}
