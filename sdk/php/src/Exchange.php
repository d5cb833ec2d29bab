<?php

declare(strict_types=1);

namespace Twofold;

/** One request of a browser, and the cookies of its answer, whatever the framework. */
interface Exchange
{
    public function header(string $name): ?string;

    public function cookie(string $name): ?string;

    public function address(): ?string;

    /** For no script to read and no other site's form to bring; of the path `/`. In the past it is deleted. */
    public function setCookie(string $name, string $value, int $expires, bool $secure): void;
}
