<?php

declare(strict_types=1);

/** PHP of an OpenAPI document: a type for every schema, a method for every operation. */
final class Client
{
    private const WORDS = ['string' => 'string', 'boolean' => 'bool', 'null' => 'null', 'integer' => 'int', 'number' => 'float'];

    /**
     * The whole of src/Operations.php. What it does not know it refuses, so that nothing is typed wrongly in silence.
     *
     * @param array<string, mixed> $document
     */
    public static function of(array $document): string
    {
        $types = '';
        foreach ($document['components']['schemas'] as $name => $schema) {
            $types .= " * @phpstan-type $name " . self::type($schema) . "\n";
        }
        $methods = '';
        foreach ($document['paths'] as $path => $item) {
            foreach ($item as $verb => $operation) {
                $methods .= self::method($verb, $path, $operation);
            }
        }
        return <<<PHP
            <?php

            declare(strict_types=1);

            namespace Twofold;

            /**
             * Every operation of the API. A refusal is thrown. Generated from the OpenAPI document of Twofold by `php scripts/generate.php`:
             * do not edit.
             *
            $types */
            abstract class Operations
            {
                /**
                 * Sends one request; `path` is below the server's address.
                 *
                 * @param ?array<string, mixed> \$body
                 * @param array<string, mixed> \$query
                 */
                abstract protected function send(string \$method, string \$path, ?array \$body = null, array \$query = [], ?string \$idempotencyKey = null): mixed;
            $methods}

            PHP;
    }

    /** @param array<string, mixed> $schema */
    private static function type(array $schema): string
    {
        if (isset($schema['$ref'])) {
            return str_replace('#/components/schemas/', '', $schema['$ref']);
        }
        if (isset($schema['oneOf'])) {
            return implode('|', array_map(self::type(...), $schema['oneOf']));
        }
        if (isset($schema['enum'])) {
            return implode('|', array_map(static fn (string $value): string => "'$value'", $schema['enum']));
        }
        return implode('|', array_map(static fn (string $name): string => self::plain($name, $schema), (array) $schema['type']));
    }

    /** @param array<string, mixed> $schema */
    private static function plain(string $name, array $schema): string
    {
        if ($name === 'array') {
            return 'list<' . self::type($schema['items']) . '>';
        }
        if ($name !== 'object') {
            return self::WORDS[$name] ?? throw new LogicException("no type is known for $name");
        }
        $fields = [];
        foreach ($schema['properties'] ?? [] as $field => $one) {
            $mark = in_array($field, $schema['required'] ?? [], true) ? '' : '?';
            $fields[] = "$field$mark: " . self::type($one);
        }
        return $fields === [] ? 'array<string, mixed>' : 'array{' . implode(', ', $fields) . '}';
    }

    /** @param array<string, mixed> $operation */
    private static function method(string $verb, string $path, array $operation): string
    {
        $parameters = $operation['parameters'] ?? [];
        $inPath = array_filter($parameters, static fn (array $one): bool => $one['in'] === 'path');
        $queries = array_filter($parameters, static fn (array $one): bool => $one['in'] === 'query');
        $idempotent = in_array('Idempotency-Key', array_column($parameters, 'name'), true);
        $body = $operation['requestBody']['content']['application/json']['schema'] ?? null;
        $answer = self::answer($operation['responses']);
        $takes = array_map(static fn (array $one): string => 'string $' . self::camel($one['name']), $inPath);
        $sent = [var_export(strtoupper($verb), true), self::target($path)];
        $said = self::paragraphs($operation);
        if ($body !== null) {
            $takes[] = 'array $body';
            $sent[] = 'body: $body';
            $said[] = '@param ' . self::type($body) . ' $body';
        }
        if ($queries !== []) {
            $takes[] = 'array $query = []';
            $sent[] = 'query: $query';
            $said[] = '@param array{' . implode(', ', array_map(static fn (array $one): string => "{$one['name']}?: " . self::type($one['schema']), $queries)) . '} $query';
        }
        if ($idempotent) {
            $takes[] = '?string $idempotencyKey = null';
            $sent[] = 'idempotencyKey: $idempotencyKey';
        }
        $said[] = "@return $answer";
        $returns = $answer === 'void' ? 'void' : 'array';
        $call = '$this->send(' . implode(', ', $sent) . ');';
        $comment = implode("\n", array_map(static fn (string $line): string => rtrim("     * $line"), $said));
        $head = '    public function ' . self::camel($operation['operationId']) . '(' . implode(', ', $takes) . "): $returns";
        return "\n    /**\n$comment\n     */\n$head\n    {\n        " . ($returns === 'void' ? '' : 'return ') . "$call\n    }\n";
    }

    /** @param array<string, mixed> $responses */
    private static function answer(array $responses): string
    {
        foreach ($responses as $status => $answer) {
            if (str_starts_with((string) $status, '2')) {
                return isset($answer['content']) ? self::type(reset($answer['content'])['schema']) : 'void';
            }
        }
        throw new LogicException('an operation without a good answer');
    }

    /**
     * @param array<string, mixed> $operation
     * @return list<string>
     */
    private static function paragraphs(array $operation): array
    {
        $text = implode(".\n\n", array_filter([$operation['summary'] ?? '', $operation['description'] ?? '']));
        return [...explode("\n", str_replace('*/', '* /', $text)), ''];
    }

    private static function target(string $path): string
    {
        $parts = preg_split('/\{(\w+)\}/', $path, -1, PREG_SPLIT_DELIM_CAPTURE) ?: [];
        $words = [];
        foreach ($parts as $index => $part) {
            if ($part !== '') {
                $words[] = $index % 2 === 1 ? 'Segment::of($' . self::camel($part) . ')' : "'$part'";
            }
        }
        return implode(' . ', $words);
    }

    private static function camel(string $name): string
    {
        return lcfirst(str_replace('_', '', ucwords($name, '_')));
    }
}
