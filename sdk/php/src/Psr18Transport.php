<?php

declare(strict_types=1);

namespace Twofold;

use Psr\Http\Client\ClientExceptionInterface;
use Psr\Http\Client\ClientInterface;
use Psr\Http\Message\RequestFactoryInterface;
use Psr\Http\Message\StreamFactoryInterface;

/**
 * Through a PSR-18 client of yours, for a proxy or a trace, say. PSR-18 knows no time-out: give your client one of its own, ten
 * seconds for the whole of a request, or whoever signs in waits for as long as Twofold does not answer.
 */
final class Psr18Transport implements Transport
{
    public function __construct(
        private readonly ClientInterface $client,
        private readonly RequestFactoryInterface $requests,
        private readonly StreamFactoryInterface $streams,
    ) {
    }

    public function send(string $method, string $url, array $headers, ?string $body, float $timeout): array
    {
        $request = $this->requests->createRequest($method, $url);
        foreach ($headers as $name => $value) {
            $request = $request->withHeader($name, $value);
        }
        if ($body !== null) {
            $request = $request->withBody($this->streams->createStream($body));
        }
        try {
            $answer = $this->client->sendRequest($request);
            return [$answer->getStatusCode(), (string) $answer->getBody()];
        } catch (ClientExceptionInterface | \RuntimeException $error) {
            $late = preg_match('/timed? ?-?out/i', $error->getMessage()) === 1;
            throw new TransportError($late ? 'timeout' : 'unreachable', $error->getMessage(), $error);
        }
    }
}
