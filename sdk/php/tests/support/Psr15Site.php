<?php

declare(strict_types=1);

use Nyholm\Psr7\Factory\Psr17Factory;
use Nyholm\Psr7\ServerRequest;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\RequestHandlerInterface;
use Twofold\Confirmed;
use Twofold\Flow;
use Twofold\Psr15\SecondFactor;
use Twofold\Twofold;

final class Psr15Site implements Site, RequestHandlerInterface
{
    private readonly SecondFactor $twoFactor;
    private readonly Psr17Factory $factory;
    /** @var array<string, array<string, mixed>> */
    private array $sessions = [];

    public function __construct(Twofold $client)
    {
        $this->factory = new Psr17Factory();
        $user = fn (ServerRequestInterface $request): ?array => $this->session($request)['user'] ?? null;
        $this->twoFactor = new SecondFactor($user, $this->done(...), $this->factory, new Flow($client));
    }

    public function confirmUrl(): string
    {
        return '/confirm';
    }

    public function answer(string $method, string $path, array $form, array $headers, array $cookies): Answer
    {
        parse_str((string) parse_url($path, PHP_URL_QUERY), $query);
        $request = (new ServerRequest($method, "http://shop.localhost$path", $headers, null, '1.1', ['REMOTE_ADDR' => '::ffff:192.0.2.1']))
            ->withCookieParams($cookies)->withParsedBody($form)->withQueryParams($query);
        $answer = $this->twoFactor->process($request, $this);
        $header = $answer->getHeaderLine(...);
        return new Answer($answer->getStatusCode(), $header('Location'), (string) $answer->getBody(), $header('Cache-Control'), $answer->getHeader('Set-Cookie'));
    }

    public function handle(ServerRequestInterface $request): ResponseInterface
    {
        $form = (array) $request->getParsedBody();
        $session = $this->session($request);
        switch ($request->getMethod() . ' ' . $request->getUri()->getPath()) {
            case 'POST /sign-in':
                $user = ['id' => $form['user'], 'label' => "{$form['user']}@example.com"];
                return $this->twoFactor->start($request, $user, data: ['to' => $form['to']]);
            case 'POST /pay':
                return $this->twoFactor->start($request, $session['user'], 'payment', ['amount' => $form['amount']]);
            case 'GET /confirm':
                return $this->say(200, $this->twoFactor->pending($request) === null ? 'nobody' : $this->twoFactor->flow->challengeHtml());
            case 'GET /account':
                return $this->say(isset($session['user']) ? 200 : 401, (string) json_encode($session));
            case 'GET /paid':
                return $this->say(isset($session['paid']) ? 200 : 403, (string) json_encode($session));
        }
        return $this->say(404, '');
    }

    private function done(ServerRequestInterface $request, Confirmed $confirmed): ResponseInterface
    {
        $paid = $confirmed->action === 'payment' ? ['paid' => $confirmed->data] : [];
        $name = bin2hex(random_bytes(16));
        $said = ['status' => $confirmed->status, 'data' => $confirmed->data];
        $this->sessions[$name] = ['user' => $confirmed->user, 'said' => $said] + $paid;
        return $this->say(303, '')->withHeader('Location', '/account')->withHeader('Set-Cookie', "session=$name; Path=/; HttpOnly");
    }

    /** @return array<string, mixed> */
    private function session(ServerRequestInterface $request): array
    {
        return $this->sessions[$request->getCookieParams()['session'] ?? ''] ?? [];
    }

    private function say(int $status, string $text): ResponseInterface
    {
        return $this->factory->createResponse($status)->withBody($this->factory->createStream($text));
    }
}
