<?php

declare(strict_types=1);

namespace Twofold\Psr15;

use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;

/** @internal */
final class Exchange implements \Twofold\Exchange
{
    /** @var array<string, string> */
    private array $cookies = [];

    public function __construct(private readonly ServerRequestInterface $request)
    {
    }

    public function header(string $name): ?string
    {
        return $this->request->hasHeader($name) ? $this->request->getHeaderLine($name) : null;
    }

    public function cookie(string $name): ?string
    {
        $value = $this->request->getCookieParams()[$name] ?? null;
        return is_string($value) && $value !== '' ? $value : null;
    }

    public function address(): ?string
    {
        return $this->request->getServerParams()['REMOTE_ADDR'] ?? null;
    }

    public function setCookie(string $name, string $value, int $expires, bool $secure): void
    {
        $until = gmdate('D, d M Y H:i:s', $expires) . ' GMT';
        $this->cookies[$name] = "$name=$value; Path=/; Expires=$until; HttpOnly; SameSite=Lax" . ($secure ? '; Secure' : '');
    }

    /** The same answer, with its cookies. */
    public function answer(ResponseInterface $response): ResponseInterface
    {
        foreach ($this->cookies as $cookie) {
            $response = $response->withAddedHeader('Set-Cookie', $cookie);
        }
        return $response;
    }
}
