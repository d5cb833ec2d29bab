<?php

declare(strict_types=1);

namespace Twofold\Laravel;

use Twofold\Html;

/** The page of the challenge, for an app that has set no view. @internal */
final class Page
{
    public static function html(string $challenge, ?string $error): string
    {
        $said = $error === null ? '' : '<p role="alert">' . Html::escaped($error) . '</p>';
        return <<<HTML
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>One more step</title>
            </head>
            <body><main><h1>One more step</h1>$said$challenge</main></body>
            </html>
            HTML;
    }
}
