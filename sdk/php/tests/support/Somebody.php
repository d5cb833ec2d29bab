<?php

declare(strict_types=1);

/** Somebody who takes connections, and says the same whatever is asked. */
final class Somebody
{
    public readonly string $url;
    /** @var resource */
    private $listener;
    /** @var resource */
    private $child;
    /** @var list<resource> */
    private array $pipes = [];

    /** @param bool $ends whether the connection is closed afterwards */
    public function __construct(string $says, bool $ends = true)
    {
        $this->listener = stream_socket_server('tcp://127.0.0.1:0');
        $this->url = 'http://' . stream_socket_get_name($this->listener, false);
        // One of its own: the one that asks waits.
        $code = '$c = stream_socket_accept(fopen("php://fd/3", "r+"), 60); fread($c, 65536); fwrite($c, base64_decode($argv[1])); echo "asked"; if ($argv[2]) { exit; } fread($c, 1);';
        $this->child = proc_open([PHP_BINARY, '-r', $code, base64_encode($says), $ends ? '1' : ''], [1 => ['pipe', 'w'], 3 => $this->listener], $this->pipes);
    }

    public function __destruct()
    {
        proc_terminate($this->child);
        proc_close($this->child);
    }

    public function wasAsked(): bool
    {
        stream_set_blocking($this->pipes[1], false);
        return stream_get_contents($this->pipes[1]) !== '';
    }
}
