<?php

declare(strict_types=1);

use Twofold\CurlTransport;
use Twofold\Transport;

/** Stands between a site and its Twofold, and does what goes wrong there. */
final class Between implements Transport
{
    /** `pass`, `down`, `slow`, `500`, `html`, or a function from path, document and status to what is answered instead. */
    public string|Closure $mode = 'pass';
    /** @var list<string> what was asked: `POST /v1/challenges` */
    public array $asked = [];
    /** The document that came with the last. */
    public array $sent = [];
    private readonly CurlTransport $curl;
    /** @var resource takes connections, and answers none */
    private $silent;

    public function __construct()
    {
        $this->curl = new CurlTransport();
        $this->silent = stream_socket_server('tcp://127.0.0.1:0');
    }

    public function send(string $method, string $url, array $headers, ?string $body, float $timeout): array
    {
        $path = (string) parse_url($url, PHP_URL_PATH);
        $this->asked[] = "$method $path";
        $this->sent = json_decode($body ?? '{}', true);
        if ($this->mode === '500') {
            return [500, 'no'];
        }
        if ($this->mode === 'html') {
            return [200, '<!doctype html>'];
        }
        if ($this->mode === 'down') {
            return $this->curl->send($method, 'http://127.0.0.1:' . Server::freePort() . $path, $headers, $body, $timeout);
        }
        if ($this->mode === 'slow') {
            if ($timeout !== 10.0) {
                throw new LogicException("ten seconds is what was promised, and not $timeout");
            }
            // The same as ten, in the time of a test.
            return $this->curl->send($method, 'http://' . stream_socket_get_name($this->silent, false) . $path, $headers, $body, 0.05);
        }
        [$status, $text] = $this->curl->send($method, $url, $headers, $body, $timeout);
        $changed = $this->mode instanceof Closure ? ($this->mode)($path, json_decode($text, true), $status) : null;
        return $changed === null ? [$status, $text] : [$changed[0], json_encode((object) $changed[1])];
    }
}
