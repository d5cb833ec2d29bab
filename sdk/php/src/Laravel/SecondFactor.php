<?php

declare(strict_types=1);

namespace Twofold\Laravel;

use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;

/** Covers every way in: see `WaysIn`. The service provider puts it at the end of the group `web`. */
final class SecondFactor
{
    public function __construct(private readonly TwoFactor $twoFactor, private readonly WaysIn $ways)
    {
    }

    public function handle(Request $request, \Closure $next): Response
    {
        $found = $this->ways->unconfirmed();
        if ($found !== null) {
            // From before this middleware was there, or remembered.
            return $this->twoFactor->begin($request, ...$found, next: $request->isMethod('GET') ? $request->fullUrl() : '');
        }
        $response = $next($request);
        $found = $this->ways->unconfirmed();
        if ($found === null) {
            return $response;
        }
        // Whatever the route said to somebody who was signed in is not said.
        return $this->twoFactor->begin($request, ...$found, next: (string) $response->headers->get('Location'));
    }
}
