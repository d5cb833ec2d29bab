<?php

declare(strict_types=1);

use Nyholm\Psr7\Factory\Psr17Factory;
use Psr\Http\Message\ResponseInterface;
use Psr\Http\Message\ServerRequestInterface;
use Psr\Http\Server\MiddlewareInterface;
use Psr\Http\Server\RequestHandlerInterface;

/** As much of Slim's app as the snippets need. */
final class Slim implements RequestHandlerInterface, Site
{
    /** @var array<string, Closure> */
    private array $routes = [];
    private ?MiddlewareInterface $middleware = null;

    public function add(MiddlewareInterface $middleware): void
    {
        $this->middleware = $middleware;
    }

    public function get(string $path, Closure $route): void
    {
        $this->routes["GET $path"] = $route;
    }

    public function post(string $path, Closure $route): void
    {
        $this->routes["POST $path"] = $route;
    }

    public function handle(ServerRequestInterface $request): ResponseInterface
    {
        $route = $this->routes["{$request->getMethod()} {$request->getUri()->getPath()}"] ?? null;
        return $route === null ? (new Psr17Factory())->createResponse(404) : $route($request);
    }

    public function confirmUrl(): string
    {
        return '/confirm';
    }

    public function answer(string $method, string $path, array $form, array $headers, array $cookies): Answer
    {
        $request = (new Psr17Factory())->createServerRequest($method, "http://shop.localhost$path")->withCookieParams($cookies)->withParsedBody($form);
        foreach ($headers as $name => $value) {
            $request = $request->withHeader($name, $value);
        }
        $answer = $this->middleware?->process($request, $this) ?? $this->handle($request);
        $header = $answer->getHeaderLine(...);
        return new Answer($answer->getStatusCode(), $header('Location'), (string) $answer->getBody(), $header('Cache-Control'), $answer->getHeader('Set-Cookie'));
    }
}
