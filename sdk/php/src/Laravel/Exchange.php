<?php

declare(strict_types=1);

namespace Twofold\Laravel;

use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Cookie;
use Symfony\Component\HttpFoundation\Response;

/** @internal */
final class Exchange implements \Twofold\Exchange
{
    /** @var array<string, Cookie> */
    private array $cookies = [];

    public function __construct(private readonly Request $request)
    {
    }

    public function header(string $name): ?string
    {
        return $this->request->headers->get($name);
    }

    public function cookie(string $name): ?string
    {
        $value = isset($this->cookies[$name]) ? $this->cookies[$name]->getValue() : $this->request->cookies->get($name);
        return is_string($value) && $value !== '' ? $value : null;
    }

    public function address(): ?string
    {
        return $this->request->ip();
    }

    public function setCookie(string $name, string $value, int $expires, bool $secure): void
    {
        $this->cookies[$name] = Cookie::create($name, $value, $expires, '/', null, $secure, true, true, 'lax');
    }

    /** From here on the request has them, too. */
    public function settle(): void
    {
        foreach ($this->cookies as $name => $cookie) {
            $this->request->cookies->set($name, $cookie->getValue());
        }
    }

    /** The same answer, with its cookies. */
    public function answer(Response $response): Response
    {
        foreach ($this->cookies as $cookie) {
            $response->headers->setCookie($cookie);
        }
        return $response;
    }
}
