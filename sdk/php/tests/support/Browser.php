<?php

declare(strict_types=1);

/** A browser without a screen: it keeps cookies, and says where its requests come from. */
final class Browser
{
    /** @var array<string, string> */
    public array $cookies = [];

    public function __construct(private readonly Site $site)
    {
    }

    public function get(string $path, string ...$headers): Answer
    {
        return $this->send('GET', $path, [], $headers);
    }

    /** A form of the site's own page. */
    public function post(string $path, array $form = [], string ...$headers): Answer
    {
        return $this->send('POST', $path, $form, $headers + ['sec-fetch-site' => 'same-origin']);
    }

    private function send(string $method, string $path, array $form, array $headers): Answer
    {
        $answer = $this->site->answer($method, $path, $form, $headers + ['user-agent' => 'Test/1'], $this->cookies);
        foreach ($answer->cookies as $line) {
            preg_match('/^([^=]+)=([^;]*)/', $line, $found);
            if (preg_match('/expires=\w+, 01 Jan 1970|max-age=0\b/i', $line) === 1) {
                unset($this->cookies[$found[1]]);
            } else {
                $this->cookies[$found[1]] = urldecode($found[2]);
            }
        }
        return $answer;
    }
}
