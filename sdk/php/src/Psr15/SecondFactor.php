<?php

declare(strict_types=1);

namespace Twofold\Psr15;

use Psr\Http\Message\ResponseFactoryInterface;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;
use Twofold\Confirmed;
use Twofold\Flow;
use Twofold\Html;
use Twofold\Pending;
use Twofold\TwofoldError;

/**
 * The second factor of a site whose requests and answers are PSR-7's (Slim, Mezzio, …). As a middleware it answers below the
 * flow's prefix: after your session, and after what parses a body.
 *
 * @phpstan-import-type User from Flow
 */
final class SecondFactor implements MiddlewareInterface
{
    /**
     * @param \Closure(ServerRequestInterface): ?User $user Who is signed in by this request; nothing, if nobody is: whoever is
     *     pending is nobody.
     * @param \Closure(ServerRequestInterface, Confirmed): ResponseInterface $done Does what was asked for: signs the user in,
     *     under a new session, or pays. Called when the second factor was given, or none is to be asked.
     * @param ?\Closure(ServerRequestInterface, TwofoldError): ResponseInterface $refused Your answer to an error; JSON, unless given.
     */
    public function __construct(
        private readonly \Closure $user,
        private readonly \Closure $done,
        private readonly ResponseFactoryInterface $responses,
        public readonly Flow $flow,
        private readonly ?\Closure $refused = null,
    ) {
    }

    public function process(ServerRequestInterface $request, RequestHandlerInterface $handler): ResponseInterface
    {
        $flow = $this->flow;
        $way = $request->getMethod() . ' ' . $request->getUri()->getPath();
        return match ($way) {
            "POST $flow->sessionUrl" => $this->answered($request, fn (Exchange $exchange) => $this->json($flow->session($exchange, ($this->user)($request)))),
            "POST $flow->ticketUrl" => $this->answered($request, fn (Exchange $exchange) => $this->json($flow->ticket($exchange, ($this->user)($request)))),
            "POST $flow->prefix/confirm" => $this->answered($request, fn (Exchange $exchange) => $this->confirm($exchange, $request)),
            "GET $flow->prefix/confirm.js" => $this->text(Html::CONFIRM_JS, 'text/javascript; charset=utf-8'),
            default => $handler->handle($request),
        };
    }

    /**
     * Asks for the second factor, and calls `done` if there is none to ask for. `data` comes back in `done`: JSON of 1 KiB or
     * so, unread by the browser.
     *
     * @param User $user
     */
    public function start(ServerRequestInterface $request, array $user, string $action = Flow::SIGN_IN, mixed $data = null): ResponseInterface
    {
        return $this->answered($request, function (Exchange $exchange) use ($request, $user, $action, $data): ResponseInterface {
            $confirmed = $this->flow->start($exchange, ($this->user)($request), $user, $action, $data);
            if ($confirmed !== null) {
                return ($this->done)($request, $confirmed);
            }
            return $this->responses->createResponse(303)->withHeader('Location', $this->flow->confirmUrl);
        });
    }

    /** Who is to be asked what for: guard your page with the challenge by it, and nothing else. */
    public function pending(ServerRequestInterface $request): ?Pending
    {
        return $this->flow->pending(new Exchange($request), ($this->user)($request));
    }

    private function confirm(Exchange $exchange, ServerRequestInterface $request): ResponseInterface
    {
        $form = $request->getParsedBody();
        if ($form === null && (int) $request->getHeaderLine('Content-Length') > 0) {
            // A code that nobody parsed would be taken for none.
            throw new \LogicException('The body was not parsed: what does that must stand before ' . self::class);
        }
        return ($this->done)($request, $this->flow->confirm($exchange, ($this->user)($request), (array) $form));
    }

    /**
     * Whatever goes wrong is an answer, and lets nobody in.
     *
     * @param \Closure(Exchange): ResponseInterface $work
     */
    private function answered(ServerRequestInterface $request, \Closure $work): ResponseInterface
    {
        $exchange = new Exchange($request);
        try {
            $response = $work($exchange);
        } catch (TwofoldError $error) {
            if ($error->status >= 500) {
                error_log((string) $error->getMessage());
            }
            $response = $this->refused === null ? $this->json($error->document(), $error->status) : ($this->refused)($request, $error);
        }
        return $exchange->answer($response);
    }

    /** @param array<string, mixed> $document */
    private function json(array $document, int $status = 200): ResponseInterface
    {
        $text = json_encode($document, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
        return $this->text($text, 'application/json', $status)->withHeader('Cache-Control', 'no-store');
    }

    private function text(string $text, string $type, int $status = 200): ResponseInterface
    {
        $response = $this->responses->createResponse($status)->withHeader('Content-Type', $type);
        $response->getBody()->write($text);
        return $response;
    }
}
