<?php

declare(strict_types=1);

namespace Twofold;

/** How a request goes to Twofold. It follows no redirect: one is none of Twofold's answers, and would take the key elsewhere. */
interface Transport
{
    /**
     * @param array<string, string> $headers
     * @return array{int, string} status and body
     * @throws TransportError
     */
    public function send(string $method, string $url, array $headers, ?string $body, float $timeout): array;
}
