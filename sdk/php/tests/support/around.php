<?php

declare(strict_types=1);

// What the snippets for PSR-15 take from the site around them.

use Nyholm\Psr7\Response;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;

final class Around
{
    /** @var array<string, array<string, string>> */
    public static array $sessions = [];
}

function checkPassword(array $form): ?stdClass
{
    return (object) ['id' => $form['user'], 'email' => "{$form['user']}@example.com"];
}

function signedIn(ServerRequestInterface $request): ?array
{
    return Around::$sessions[$request->getCookieParams()['session'] ?? ''] ?? null;
}

function newSession(array $user, ResponseInterface $response): ResponseInterface
{
    $name = bin2hex(random_bytes(16));
    Around::$sessions[$name] = $user;
    return $response->withAddedHeader('Set-Cookie', "session=$name; Path=/; HttpOnly");
}

function html(string $text): ResponseInterface
{
    return new Response(200, ['Content-Type' => 'text/html'], $text);
}
