<?php

declare(strict_types=1);

namespace Twofold\Laravel;

use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;
use Twofold\Html;

/** The addresses that the elements and their form need. @internal */
final class TwofoldController
{
    public function __construct(private readonly TwoFactor $twoFactor)
    {
    }

    public function session(Request $request): Response
    {
        return $this->twoFactor->ticket($request, 'session');
    }

    public function ticket(Request $request): Response
    {
        return $this->twoFactor->ticket($request, 'ticket');
    }

    public function confirm(Request $request): Response
    {
        return $this->twoFactor->confirm($request);
    }

    public function page(Request $request): Response
    {
        $pending = $this->twoFactor->pending($request);
        return $pending === null ? new RedirectResponse($this->twoFactor->login(), 303) : $this->twoFactor->page($request);
    }

    public function script(): Response
    {
        return new \Illuminate\Http\Response(Html::CONFIRM_JS, 200, ['Content-Type' => 'text/javascript; charset=utf-8']);
    }
}
