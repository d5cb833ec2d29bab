<?php

declare(strict_types=1);

use Illuminate\Http\Request;
use Illuminate\Http\Response;

/** The middleware `auth` of Laravel's, without its redirect. */
final class Auth
{
    public function __construct(private readonly Illuminate\Contracts\Auth\Factory $auth)
    {
    }

    public function handle(Request $request, Closure $next): mixed
    {
        return $this->auth->guard()->check() ? $next($request) : new Response('', 401);
    }
}
