<?php

declare(strict_types=1);

/** The same small site in every framework. Whoever says who they are is believed, for passwords are not what is tested. */
interface Site
{
    /**
     * @param array<string, string> $form
     * @param array<string, string> $headers
     * @param array<string, string> $cookies
     */
    public function answer(string $method, string $path, array $form, array $headers, array $cookies): Answer;

    /** Where the page of the challenge is. */
    public function confirmUrl(): string;
}
