<?php

declare(strict_types=1);

return [
    // Where Twofold is for your server, and for browsers, if that is another address.
    'url' => env('TWOFOLD_URL'),
    'public_url' => env('TWOFOLD_PUBLIC_URL'),
    // `twofold key create --site … --scope verify`
    'key' => env('TWOFOLD_KEY'),
    // Seconds within which Twofold must have answered.
    'timeout' => 10.0,
    // Below this our routes are.
    'prefix' => '/twofold',
    'device_cookie' => 'twofold_device',
    // Whether cookies go over HTTPS only: as those of your sessions, unless given.
    'secure' => null,
    // The guards that keep a session.
    'guards' => ['web'],
    // Where to go after signing in, if nobody says, and where to sign in.
    'home' => '/',
    'login' => '/login',
    // Your page of the challenge, a view: it gets `challenge`, HTML, and `error`, a text or nothing.
    'view' => null,
    // An invokable class: the user at Twofold, of your user.
    'user' => null,
    // An invokable class: does what was asked for by another action than signing in. It gets the request and what was confirmed.
    'done' => null,
];
