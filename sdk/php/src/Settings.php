<?php

declare(strict_types=1);

namespace Twofold;

/** Where Twofold is, and who asks. What cannot be meant is refused in words, before anybody signs in. */
final class Settings
{
    public readonly string $url;
    public readonly string $key;
    /** Where browsers reach Twofold. */
    public readonly string $publicUrl;
    /** Seconds within which Twofold must have answered. */
    public readonly float $timeout;

    /**
     * @param ?string $url Where your server reaches Twofold. Unless given: `TWOFOLD_URL`, else `http://localhost:3000`.
     * @param ?string $key The API key of your site. Unless given: `TWOFOLD_KEY`.
     * @param ?string $publicUrl Where browsers reach it, if that is another address.
     */
    public function __construct(
        ?string $url = null,
        #[\SensitiveParameter] ?string $key = null,
        ?string $publicUrl = null,
        float $timeout = 10.0,
    ) {
        $this->key = $key ?: self::environment('TWOFOLD_KEY') ?? '';
        if ($this->key === '') {
            throw new \InvalidArgumentException('There is no API key: set TWOFOLD_KEY to what `twofold key create --site … --scope verify` prints');
        }
        if (preg_match('/^[\x21-\x7e]+$/D', $this->key) !== 1) {
            throw new \InvalidArgumentException('TWOFOLD_KEY holds a character that no API key has');
        }
        if (!($timeout > 0 && $timeout <= 60)) {
            throw new \InvalidArgumentException('timeout is in seconds, more than 0 and at most 60');
        }
        $this->timeout = $timeout;
        $this->url = self::address($url ?: self::environment('TWOFOLD_URL') ?? 'http://localhost:3000', 'TWOFOLD_URL');
        $this->publicUrl = $publicUrl ? self::address($publicUrl, 'publicUrl') : $this->url;
    }

    private static function environment(string $name): ?string
    {
        // Laravel's and Symfony's `.env` files go into `$_ENV`.
        $value = $_ENV[$name] ?? getenv($name);
        return is_string($value) && $value !== '' ? $value : null;
    }

    private static function address(string $given, string $name): string
    {
        $parts = parse_url($given);
        $known = is_array($parts) && in_array($parts['scheme'] ?? '', ['http', 'https'], true) && ($parts['host'] ?? '') !== '';
        if (!$known || array_diff_key($parts, ['scheme' => 0, 'host' => 0, 'port' => 0, 'path' => 0]) || ($parts['path'] ?? '/') !== '/') {
            throw new \InvalidArgumentException("$name is the address of Twofold without a path, https://2fa.example.com say: $given");
        }
        return "{$parts['scheme']}://{$parts['host']}" . (isset($parts['port']) ? ":{$parts['port']}" : '');
    }
}
