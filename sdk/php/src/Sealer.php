<?php

declare(strict_types=1);

namespace Twofold;

/**
 * Seals what is pending into a cookie of its own: apart from your session, so that nothing of it can be taken for a user who
 * is signed in, and unreadable and unforgeable for the browser. Every server with the same API key reads it.
 *
 * @internal
 */
final class Sealer
{
    /** The longest that a password is taken for given without the second factor, in seconds. */
    public const PENDING_FOR = 30 * 60;
    private const ALGORITHM = 'aes-256-gcm';
    private const PURPOSE = 'twofold: pending, php 1';
    private const IV = 12;
    private const TAG = 16;
    private readonly string $key;
    /** @var \Closure(): float */
    private readonly \Closure $now;

    /** @param ?\Closure(): float $now seconds, for tests */
    public function __construct(#[\SensitiveParameter] string $apiKey, ?\Closure $now = null)
    {
        $this->key = hash_hkdf('sha256', $apiKey, 32, self::PURPOSE);
        $this->now = $now ?? static fn (): float => microtime(true);
    }

    public function seal(Pending $pending): string
    {
        $iv = random_bytes(self::IV);
        $text = json_encode(get_object_vars($pending), JSON_THROW_ON_ERROR);
        $sealed = openssl_encrypt($text, self::ALGORITHM, $this->key, OPENSSL_RAW_DATA, $iv, $tag, '', self::TAG);
        if ($sealed === false) {
            throw new \RuntimeException('openssl cannot ' . self::ALGORITHM);
        }
        return rtrim(strtr(base64_encode($iv . $sealed . $tag), '+/', '-_'), '=');
    }

    /** Nothing, if it was made by somebody else, changed on the way, or is too old. */
    public function open(?string $sealed): ?Pending
    {
        $bytes = base64_decode(strtr($sealed ?? '', '-_', '+/'), true);
        if ($bytes === false || strlen($bytes) <= self::IV + self::TAG) {
            return null;
        }
        [$iv, $tag] = [substr($bytes, 0, self::IV), substr($bytes, -self::TAG)];
        $text = openssl_decrypt(substr($bytes, self::IV, -self::TAG), self::ALGORITHM, $this->key, OPENSSL_RAW_DATA, $iv, $tag);
        if ($text === false) {
            return null;
        }
        $pending = new Pending(...json_decode($text, true, 64, JSON_THROW_ON_ERROR));
        return abs(($this->now)() - $pending->since) < self::PENDING_FOR ? $pending : null;
    }
}
