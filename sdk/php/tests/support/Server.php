<?php

declare(strict_types=1);

/** The real binary on a free port, with a fresh SQLite file of its own. */
final class Server
{
    public readonly string $url;
    /** Seconds by which its clock is ahead of ours. */
    public int $ahead = 0;
    private readonly string $binary;
    private readonly string $folder;
    private readonly int $port;
    /** @var resource */
    private $child;
    /** @var list<resource> */
    private array $pipes = [];

    public function __construct()
    {
        $this->binary = realpath(getenv('TWOFOLD_BINARY') ?: 'nowhere') ?: throw new RuntimeException('TWOFOLD_BINARY is not set: the path of the binary `twofold`');
        $this->folder = sys_get_temp_dir() . '/twofold-sdk-' . bin2hex(random_bytes(8));
        mkdir($this->folder, 0700);
        $this->port = self::freePort();
        $this->url = "http://localhost:$this->port";
        $this->serve();
    }

    public function __destruct()
    {
        proc_terminate($this->child);
        array_map('fclose', $this->pipes);
        proc_close($this->child);
        array_map('unlink', array_filter(glob("$this->folder/{,.}*", GLOB_BRACE) ?: [], 'is_file'));
        @rmdir($this->folder);
    }

    public static function freePort(): int
    {
        $probe = stream_socket_server('tcp://127.0.0.1:0') ?: throw new RuntimeException('no port');
        $port = (int) substr((string) strrchr((string) stream_socket_get_name($probe, false), ':'), 1);
        fclose($probe);
        return $port;
    }

    /** A key of the server of a new site. */
    public function key(string $scope = 'verify,enroll', string ...$policy): string
    {
        $site = $this->command('site', 'create', '--name', 'Shop', '--issuer', 'Shop', '--origin', 'http://shop.localhost:4000');
        if ($policy !== []) {
            $this->command('site', 'update', $site, ...$policy);
        }
        return $this->command('key', 'create', '--site', $site, '--scope', $scope);
    }

    /** What an operator types, and what it prints. */
    public function command(string ...$words): string
    {
        $child = proc_open([$this->binary, ...$words], [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes, $this->folder, $this->environment());
        [$said, $trouble] = [stream_get_contents($pipes[1]), stream_get_contents($pipes[2])];
        if (proc_close($child) !== 0) {
            throw new RuntimeException(implode(' ', $words) . ": $said$trouble");
        }
        return trim((string) $said);
    }

    /** Moves its clock on. Nobody waits. */
    public function advance(int $seconds): void
    {
        $options = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => json_encode(['advance_seconds' => $seconds])];
        if (file_get_contents("$this->url/test/clock", false, stream_context_create(['http' => $options])) === false) {
            throw new RuntimeException('the clock did not move');
        }
        $this->ahead += $seconds;
    }

    /** @return array<string, string> */
    private function environment(): array
    {
        $inherited = array_filter(getenv(), static fn (string $name): bool => !str_starts_with($name, 'TWOFOLD_'), ARRAY_FILTER_USE_KEY);
        return [
            'TWOFOLD_DATABASE_URL' => "sqlite://$this->folder/twofold.db",
            'TWOFOLD_LISTEN' => "127.0.0.1:$this->port",
            'TWOFOLD_PUBLIC_URL' => $this->url,
        ] + $inherited;
    }

    private function serve(): void
    {
        // Into a file: nobody reads a pipe while the tests run, and a full one would stop the server.
        $log = "$this->folder/server.log";
        $this->child = proc_open([$this->binary, 'serve'], [1 => ['file', $log, 'w'], 2 => ['file', $log, 'a']], $this->pipes, $this->folder, $this->environment());
        while (!str_contains((string) @file_get_contents($log), 'Twofold is ready')) {
            if (!proc_get_status($this->child)['running']) {
                throw new RuntimeException("the server ended:\n" . file_get_contents($log));
            }
            usleep(10_000);
        }
    }
}
