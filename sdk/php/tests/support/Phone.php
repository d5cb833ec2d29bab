<?php

declare(strict_types=1);

use Twofold\Twofold;

/** Somebody's authenticator app. Every code of it is a new one: the server's clock is moved. */
final class Phone
{
    /** @var list<string> */
    public readonly array $recoveryCodes;
    private readonly string $secret;

    /** Sets one up for this user. Their recovery codes come with it. */
    public function __construct(Twofold $client, private readonly Server $server, string $user)
    {
        $begun = $client->beginEnrollment(['user' => ['id' => $user, 'label' => "$user@example.com"], 'kind' => 'totp']);
        $this->secret = $begun['secret'];
        $confirmed = $client->confirmEnrollment($begun['id'], ['user' => ['id' => $user], 'code' => $this->code()]);
        $client->acknowledgeEnrollment($begun['id'], ['user' => ['id' => $user]]);
        $this->recoveryCodes = $confirmed['recovery_codes'];
    }

    public function code(): string
    {
        $this->server->advance(30);
        $now = gmdate('Y-m-d H:i:s', time() + $this->server->ahead);
        $child = proc_open(['oathtool', '--totp', '--base32', '--now', "$now UTC", $this->secret], [1 => ['pipe', 'w']], $pipes);
        $code = trim((string) stream_get_contents($pipes[1]));
        if (proc_close($child) !== 0) {
            throw new RuntimeException('oathtool failed');
        }
        return $code;
    }
}
