<?php

declare(strict_types=1);

namespace Twofold;

/** @internal */
final class Html
{
    /** Sends the form. What it says is no proof: the server asks Twofold. */
    public const CONFIRM_JS = 'addEventListener("twofold:passed", ({ target }) => target.closest("form")?.requestSubmit());' . "\n";

    /** The Security tab, for your account page. */
    public static function security(string $twofold, string $sessionUrl): string
    {
        return self::script("$twofold/embed.js") . sprintf('<twofold-security session-url="%s"></twofold-security>', self::escaped($sessionUrl));
    }

    /**
     * The challenge in a form that goes to your server once it was passed. `fields` are hidden ones: a CSRF token, say.
     *
     * @param array<string, string> $fields
     */
    public static function challenge(string $twofold, string $prefix, string $ticketUrl, array $fields): string
    {
        $hidden = '';
        foreach ($fields as $name => $value) {
            $hidden .= sprintf('<input type="hidden" name="%s" value="%s">', self::escaped($name), self::escaped($value));
        }
        $element = sprintf('<twofold-challenge session-url="%s"></twofold-challenge>', self::escaped($ticketUrl));
        $form = sprintf('<form method="post" action="%s/confirm">%s%s</form>', self::escaped($prefix), $hidden, $element);
        return self::script("$twofold/embed.js") . self::script("$prefix/confirm.js") . $form;
    }

    public static function escaped(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
    }

    /** The script that makes the elements. */
    private static function script(string $address): string
    {
        return sprintf('<script type="module" src="%s"></script>', self::escaped($address));
    }
}
