<?php

declare(strict_types=1);

// The packages are Debian's; ours stands beside. Composer would do all of this.
spl_autoload_register(static function (string $class): void {
    $file = __DIR__ . '/../src/' . strtr(substr($class, strlen('Twofold\\')), '\\', '/') . '.php';
    if (str_starts_with($class, 'Twofold\\') && is_file($file)) {
        require $file;
    }
});
spl_autoload_register(static function (string $class): void {
    foreach ([__DIR__ . '/support/', __DIR__ . '/../scripts/'] as $folder) {
        if (is_file("$folder$class.php")) {
            require "$folder$class.php";
        }
    }
});
// They were written for an older PHP, and say so at every call.
error_reporting(E_ALL & ~E_DEPRECATED);
foreach (['Nyholm/Psr7', 'Psr/Http/Client', 'GuzzleHttp'] as $package) {
    require_once "/usr/share/php/$package/autoload.php";
}
foreach (['Auth', 'Config', 'Container', 'Cookie', 'Events', 'Encryption', 'Http', 'Routing', 'Session', 'Support', 'Filesystem'] as $package) {
    require_once "/usr/share/php/Illuminate/$package/autoload.php";
}
if (!interface_exists(Psr\Http\Server\MiddlewareInterface::class)) {
    require __DIR__ . '/support/psr15.php';
}
