<?php

declare(strict_types=1);

namespace Twofold;

/** With PHP's own curl, whose time-out is for the whole of a request: looking up the name, and an answer that drips in. */
final class CurlTransport implements Transport
{
    /** Far more than any answer of Twofold's. */
    private const LONGEST = 8 * 1024 * 1024;

    public function send(string $method, string $url, array $headers, ?string $body, float $timeout): array
    {
        $handle = curl_init();
        $answer = '';
        curl_setopt_array($handle, [
            CURLOPT_URL => $url,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => [...array_map(static fn (string $name, string $value): string => "$name: $value", array_keys($headers), $headers), 'Expect:'],
            CURLOPT_TIMEOUT_MS => max(1, (int) round($timeout * 1000)),
            // No signal: a time-out in the resolver would end the process of a threaded server.
            CURLOPT_NOSIGNAL => true,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_WRITEFUNCTION => static function ($_, string $part) use (&$answer): int {
                $answer .= $part;
                return strlen($answer) > self::LONGEST ? 0 : strlen($part);
            },
        ]);
        if ($body !== null) {
            curl_setopt($handle, CURLOPT_POSTFIELDS, $body);
        }
        if (curl_exec($handle) === false) {
            $late = curl_errno($handle) === CURLE_OPERATION_TIMEDOUT;
            throw new TransportError($late ? 'timeout' : 'unreachable', curl_error($handle));
        }
        return [curl_getinfo($handle, CURLINFO_RESPONSE_CODE), $answer];
    }
}
