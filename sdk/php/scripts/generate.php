<?php

declare(strict_types=1);

// Writes src/Operations.php: `TWOFOLD_BINARY=… php scripts/generate.php`.
require __DIR__ . '/Client.php';
require __DIR__ . '/../tests/support/Server.php';

$server = new Server();
$document = json_decode((string) file_get_contents("$server->url/v1/openapi.json"), true);
file_put_contents(__DIR__ . '/../src/Operations.php', Client::of($document));
