<?php

declare(strict_types=1);

/** What a site said. */
final class Answer
{
    /** @param list<string> $cookies the `Set-Cookie` headers */
    public function __construct(
        public readonly int $status,
        public readonly string $location,
        public readonly string $text,
        public readonly string $cacheControl,
        public readonly array $cookies,
    ) {
    }

    public function json(string $name): mixed
    {
        return json_decode($this->text, true)[$name] ?? null;
    }
}
