<?php

declare(strict_types=1);

/** What the service providers ask of Laravel's application. */
final class LaravelApp extends Illuminate\Container\Container
{
    public function configurationIsCached(): bool
    {
        return false;
    }

    public function basePath(string $path = ''): string
    {
        return "/nowhere/$path";
    }
}
