<?php

declare(strict_types=1);

use Twofold\Settings;
use Twofold\Twofold;

/** One Twofold for all tests, and people who have set up: hashing recovery codes is what takes time. */
final class World
{
    private static ?self $world = null;
    public readonly Server $server;
    public readonly string $key;
    public readonly Twofold $client;
    /** @var array<string, Phone> */
    private array $phones = [];

    private function __construct()
    {
        $this->server = new Server();
        $this->key = $this->server->key('verify,enroll,admin', '--trusted-device-days', '30');
        $this->client = new Twofold(new Settings($this->server->url, $this->key, timeout: 60));
    }

    public static function get(): self
    {
        return self::$world ??= new self();
    }

    public function phone(string $user): Phone
    {
        return $this->phones[$user] ??= new Phone($this->client, $this->server, $user);
    }
}
