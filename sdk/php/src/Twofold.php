<?php

declare(strict_types=1);

namespace Twofold;

/** Twofold's API, for your server. Every method throws a `TwofoldError` unless Twofold said yes. */
final class Twofold extends Operations
{
    public readonly Settings $settings;
    private readonly Transport $transport;

    public function __construct(?Settings $settings = null, ?Transport $transport = null)
    {
        $this->settings = $settings ?? new Settings();
        $this->transport = $transport ?? new CurlTransport();
    }

    /** @return array{url: string} for `var_dump`: the key is not shown */
    public function __debugInfo(): array
    {
        return ['url' => $this->settings->url];
    }

    protected function send(string $method, string $path, ?array $body = null, array $query = [], ?string $idempotencyKey = null): mixed
    {
        $what = "$method $path";
        $headers = ['Authorization' => "Bearer {$this->settings->key}", 'Accept' => 'application/json'];
        if ($body !== null) {
            $headers['Content-Type'] = 'application/json';
        }
        if ($idempotencyKey !== null) {
            $headers['Idempotency-Key'] = $idempotencyKey;
        }
        $words = http_build_query(array_filter($query, static fn ($value): bool => $value !== null), '', '&', PHP_QUERY_RFC3986);
        $url = $this->settings->url . $path . ($words === '' ? '' : "?$words");
        try {
            [$status, $text] = $this->transport->send($method, $url, $headers, $body === null ? null : self::json($body), $this->settings->timeout);
        } catch (TransportError $error) {
            throw TwofoldError::unanswered($error->error, $what, $error);
        }
        if ($status === 204) {
            return null;
        }
        $document = json_decode($text, true, 64);
        $isObject = is_array($document) && !array_is_list($document) || $text === '{}';
        if ($status >= 200 && $status < 300 && $isObject) {
            return $document;
        }
        if ($status >= 400 && $isObject && is_string($document['code'] ?? null) && is_string($document['detail'] ?? null)) {
            throw TwofoldError::refused($document, $status, $what);
        }
        throw TwofoldError::unanswered('answer_malformed', "$what: $status");
    }

    /** @param array<string, mixed> $body */
    private static function json(array $body): string
    {
        // An empty array is an object here, too.
        return json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }
}
