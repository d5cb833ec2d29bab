<?php

declare(strict_types=1);

use Illuminate\Auth\AuthServiceProvider;
use Illuminate\Config\Repository;
use Illuminate\Container\Container;
use Illuminate\Cookie\CookieServiceProvider;
use Illuminate\Cookie\Middleware\AddQueuedCookiesToResponse;
use Illuminate\Cookie\Middleware\EncryptCookies;
use Illuminate\Encryption\EncryptionServiceProvider;
use Illuminate\Events\EventServiceProvider;
use Illuminate\Filesystem\FilesystemServiceProvider;
use Illuminate\Http\Request;
use Illuminate\Http\Response;
use Illuminate\Routing\RoutingServiceProvider;
use Illuminate\Session\Middleware\StartSession;
use Illuminate\Session\SessionServiceProvider;
use Twofold\Laravel\TwoFactor;
use Twofold\Laravel\TwofoldServiceProvider;
use Twofold\Twofold;

/** Laravel's own router, sessions and guard, without the rest of it. A new app for every request, as it is under FPM. */
final class LaravelSite implements Site
{
    private readonly string $sessions;
    /** @var array<string, array<string, mixed>> */
    private array $users = [];

    /** @param ?Closure(): void $more routes of a test's own */
    public function __construct(private readonly Twofold $client, private readonly ?Closure $more = null)
    {
        $this->sessions = sys_get_temp_dir() . '/twofold-laravel-' . bin2hex(random_bytes(8));
        mkdir($this->sessions, 0700);
    }

    public function __destruct()
    {
        array_map('unlink', glob("$this->sessions/*") ?: []);
        rmdir($this->sessions);
    }

    public function confirmUrl(): string
    {
        return '/twofold/confirm';
    }

    public function changePassword(string $name): void
    {
        $this->users[$name]['password'] = 'another';
    }

    /** Changes what the sessions hold. */
    public function tamper(Closure $change): void
    {
        foreach (glob("$this->sessions/*") ?: [] as $file) {
            file_put_contents($file, $change((string) file_get_contents($file)));
        }
    }

    public function answer(string $method, string $path, array $form, array $headers, array $cookies): Answer
    {
        $app = $this->app();
        $server = ['REMOTE_ADDR' => '192.0.2.1'];
        foreach ($headers as $name => $value) {
            $server['HTTP_' . strtoupper(strtr($name, '-', '_'))] = $value;
        }
        $request = Request::create("http://shop.localhost$path", $method, $form, $cookies, [], $server);
        $app->instance('request', $request);
        $answer = $app['router']->dispatch($request);
        $set = array_map('strval', $answer->headers->getCookies());
        $location = preg_replace('~^http://shop\.localhost~', '', (string) $answer->headers->get('Location'));
        return new Answer($answer->getStatusCode(), $location, (string) $answer->getContent(), (string) $answer->headers->get('Cache-Control'), $set);
    }

    private function app(): Container
    {
        $app = new LaravelApp();
        Container::setInstance($app);
        $app->instance('app', $app);
        $app->instance('config', new Repository($this->config()));
        $app->bind('cache', static fn () => throw new LogicException('nothing is cached here'));
        $providers = array_map(static fn (string $class) => new $class($app), [
            EventServiceProvider::class, RoutingServiceProvider::class, FilesystemServiceProvider::class, CookieServiceProvider::class,
            EncryptionServiceProvider::class, SessionServiceProvider::class, AuthServiceProvider::class, TwofoldServiceProvider::class,
        ]);
        foreach ($providers as $provider) {
            $provider->register();
        }
        $app->instance(Twofold::class, $this->client);
        $app->alias('request', Request::class);
        $app->alias('auth', Illuminate\Contracts\Auth\Factory::class);
        $app->alias('cookie', Illuminate\Contracts\Cookie\QueueingFactory::class);
        $app->alias('encrypter', Illuminate\Contracts\Encryption\Encrypter::class);
        $app->alias('router', Illuminate\Routing\Router::class);
        $app->alias('session', Illuminate\Session\SessionManager::class);
        $app['auth']->provider('names', fn () => new Names($this->users));
        Illuminate\Support\Facades\Facade::clearResolvedInstances();
        Illuminate\Support\Facades\Facade::setFacadeApplication($app);
        $app['router']->aliasMiddleware('auth', Auth::class);
        $app['router']->middlewareGroup('web', [EncryptCookies::class, AddQueuedCookiesToResponse::class, StartSession::class]);
        end($providers)->boot($app['router']);
        $this->routes($app);
        return $app;
    }

    private function routes(Container $app): void
    {
        $router = $app['router'];
        $guard = static fn () => $app['auth']->guard('web');
        $router->group(['middleware' => 'web'], $this->more ?? static fn () => null);
        $router->group(['middleware' => 'web'], function ($router) use ($app, $guard): void {
            $router->post('sign-in', function (Request $request) use ($guard) {
                $this->users[$request->input('user')] ??= ['id' => $request->input('user'), 'password' => 'correct horse', 'remember_token' => null];
                $guard()->loginUsingId($request->input('user'), $request->boolean('stay'));
                $to = $request->input('to');
                if ($to === '/greeting') {
                    return 'Your account';
                }
                return new Response('', 303, ['Location' => in_array($to, ['/', '/cart'], true) ? '/account' : $to]);
            });
            $router->post('sign-out', function () use ($guard) {
                // Without a new session: a mistake that must not matter.
                $guard()->logout();
                return '';
            });
            $router->post('keep', function (Request $request): string {
                $request->session()->put('cart', 'tea');
                return '';
            });
            $router->post('pay', fn (Request $request) => $app->make(TwoFactor::class)->ask($request, 'payment', ['amount' => $request->input('amount')]));
            $router->get('account', fn (Request $request) => $guard()->check()
                ? new Response(['user' => ['id' => $guard()->id()], 'cart' => $request->session()->get('cart')])
                : new Response([], 401));
            $router->get('paid', fn (Request $request) => new Response($request->session()->get('paid') ?? [], $request->session()->has('paid') ? 200 : 403));
        });
    }

    /** @return array<string, mixed> */
    private function config(): array
    {
        return [
            'app' => ['key' => 'base64:' . base64_encode(str_repeat('k', 32)), 'cipher' => 'AES-256-CBC'],
            'auth' => [
                'defaults' => ['guard' => 'web'],
                'guards' => ['web' => ['driver' => 'session', 'provider' => 'names']],
                'providers' => ['names' => ['driver' => 'names']],
            ],
            'session' => [
                'driver' => 'file', 'lifetime' => 120, 'files' => $this->sessions, 'cookie' => 'session', 'path' => '/', 'domain' => null,
                'secure' => false, 'http_only' => true, 'same_site' => 'lax', 'lottery' => [0, 100], 'expire_on_close' => false,
            ],
            'twofold' => ['done' => Paid::class, 'key' => 'tf_x'],
        ];
    }
}
