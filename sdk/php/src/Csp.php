<?php

declare(strict_types=1);

namespace Twofold;

/** @internal */
final class Csp
{
    /** What an absent directive is governed by. Without `form-action` every address may be posted to. */
    private const FALLBACK = [
        'script-src' => ['default-src'],
        'frame-src' => ['child-src', 'default-src'],
        'connect-src' => ['default-src'],
        'form-action' => [],
    ];

    /** The policy, and what the elements need: script, frame and form from Twofold, the ticket from your own origin. */
    public static function with(string $policy, string $twofold): string
    {
        $directives = self::parsed($policy);
        foreach (['script-src', 'frame-src', 'form-action'] as $directive) {
            $directives = self::admit($directives, $directive, $twofold);
        }
        $directives = self::admit($directives, 'connect-src', "'self'");
        $parts = array_map(static fn (string $name, array $sources): string => implode(' ', [$name, ...$sources]), array_keys($directives), $directives);
        return implode('; ', $parts);
    }

    /**
     * @param array<string, list<string>> $directives
     * @return array<string, list<string>>
     */
    private static function admit(array $directives, string $directive, string $source): array
    {
        foreach ([$directive, ...self::FALLBACK[$directive]] as $governing) {
            if (!isset($directives[$governing])) {
                continue;
            }
            $sources = $directives[$governing];
            if (!in_array($source, $sources, true)) {
                $directives[$directive] = [...array_values(array_diff($sources, ["'none'"])), $source];
            }
            break;
        }
        return $directives;
    }

    /** @return array<string, list<string>> */
    private static function parsed(string $policy): array
    {
        $directives = [];
        foreach (explode(';', $policy) as $part) {
            $words = preg_split('/\s+/', trim($part), -1, PREG_SPLIT_NO_EMPTY) ?: [];
            $name = strtolower((string) array_shift($words));
            if ($name !== '') {
                // Browsers keep the first of two.
                $directives[$name] ??= $words;
            }
        }
        return $directives;
    }
}
