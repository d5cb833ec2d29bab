<?php

declare(strict_types=1);

namespace Twofold\Laravel;

use Illuminate\Auth\Events\Login;
use Illuminate\Auth\Events\Logout;
use Illuminate\Contracts\Auth\Factory;
use Illuminate\Cookie\Middleware\EncryptCookies;
use Illuminate\Routing\Router;
use Illuminate\Support\ServiceProvider;
use Twofold\Flow;
use Twofold\Settings;
use Twofold\Twofold;

/** Found by Laravel itself. What may be set is in `config.php`: `php artisan vendor:publish --tag=twofold`. */
final class TwofoldServiceProvider extends ServiceProvider
{
    /** Their tokens are not sent by the element: another site can neither read the answer nor use it. */
    private const WITHOUT = ['Illuminate\Foundation\Http\Middleware\VerifyCsrfToken', 'Illuminate\Foundation\Http\Middleware\ValidateCsrfToken'];

    public function register(): void
    {
        $this->mergeConfigFrom(__DIR__ . '/config.php', 'twofold');
        $this->app->singleton(Twofold::class, fn ($app) => new Twofold(new Settings(
            $app['config']['twofold.url'],
            $app['config']['twofold.key'],
            $app['config']['twofold.public_url'],
            (float) $app['config']['twofold.timeout'],
        )));
        $this->app->singleton(Flow::class, function ($app): Flow {
            $config = $app['config']['twofold'];
            $secure = $config['secure'] ?? $app['config']['session.secure'];
            $confirm = rtrim($config['prefix'], '/') . '/confirm';
            return new Flow($app->make(Twofold::class), $config['prefix'], confirmUrl: $confirm, deviceCookie: $config['device_cookie'], secure: $secure);
        });
        // New ones for every request: a server that goes on from one to the next keeps nothing of a person.
        $this->app->bind(WaysIn::class, fn ($app) => new WaysIn($app->make(Factory::class), $app['config']['twofold.guards']));
        $this->app->bind(TwoFactor::class, fn ($app) => new TwoFactor($app->make(Flow::class), $app->make(WaysIn::class), $app, $app['config']['twofold']));
        // Sealed or random by themselves; twice they would be too long.
        $this->app->resolving(EncryptCookies::class, fn (EncryptCookies $cookies) => $cookies->disableFor($this->app->make(Flow::class)->cookies()));
    }

    public function boot(Router $router): void
    {
        $this->publishes([__DIR__ . '/config.php' => $this->app->basePath('config/twofold.php')], 'twofold');
        $this->app['events']->listen([Login::class, Logout::class], fn ($event) => $this->app->make(WaysIn::class)->forget($event->guard));
        $router->pushMiddlewareToGroup('web', SecondFactor::class);
        $router->group(['middleware' => 'web', 'prefix' => $this->app['config']['twofold.prefix']], static function (Router $router): void {
            $router->post('session', [TwofoldController::class, 'session'])->withoutMiddleware(self::WITHOUT);
            $router->post('ticket', [TwofoldController::class, 'ticket'])->withoutMiddleware(self::WITHOUT);
            $router->get('confirm', [TwofoldController::class, 'page']);
            $router->post('confirm', [TwofoldController::class, 'confirm']);
            $router->get('confirm.js', [TwofoldController::class, 'script']);
        });
    }
}
