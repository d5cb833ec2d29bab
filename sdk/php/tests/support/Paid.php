<?php

declare(strict_types=1);

use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Twofold\Confirmed;

final class Paid
{
    public function __invoke(Request $request, Confirmed $confirmed): RedirectResponse
    {
        $request->session()->put('paid', $confirmed->data);
        return new RedirectResponse('/account', 303);
    }
}
