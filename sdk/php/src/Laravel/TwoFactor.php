<?php

declare(strict_types=1);

namespace Twofold\Laravel;

use Illuminate\Auth\SessionGuard;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Contracts\Container\Container;
use Illuminate\Http\JsonResponse;
use Illuminate\Http\RedirectResponse;
use Illuminate\Http\Request;
use Symfony\Component\HttpFoundation\Response;
use Twofold\Confirmed;
use Twofold\Flow;
use Twofold\Pending;
use Twofold\TwofoldError;

/** What a Laravel app calls: `app(TwoFactor::class)`, or by injection. */
final class TwoFactor
{
    /** @param array<string, mixed> $config */
    public function __construct(
        public readonly Flow $flow,
        private readonly WaysIn $ways,
        private readonly Container $app,
        private readonly array $config,
    ) {
    }

    /**
     * Asks whoever is signed in once more, before something dear. Return it from your route. `done` of the configuration is called
     * when it was confirmed. A browser that is trusted for signing in is asked all the same.
     */
    public function ask(Request $request, string $action, mixed $data = null): Response
    {
        if ($action === Flow::SIGN_IN) {
            throw new \InvalidArgumentException('whoever signs in is asked by the middleware');
        }
        if ($this->config['done'] === null) {
            throw new \LogicException('twofold.done is not set: the class to call when something was confirmed');
        }
        return $this->answered($request, function (Exchange $exchange) use ($request, $action, $data): Response {
            $user = $this->signedIn() ?? throw TwofoldError::signedOut();
            return $this->start($exchange, $request, $user, $action, $data);
        });
    }

    /** Who is to be asked what for: guard your page with the challenge by it, and nothing else. They are not signed in. */
    public function pending(Request $request): ?Pending
    {
        return $this->flow->pending(new Exchange($request), $this->signedIn());
    }

    /** @internal where to sign in */
    public function login(): string
    {
        return $this->config['login'];
    }

    /** @internal asks whoever a way in has let in */
    public function begin(Request $request, string $name, SessionGuard $guard, string $next): Response
    {
        [$user, $remember] = $this->ways->takeOut($guard);
        $data = [$name, $user->getAuthIdentifier(), WaysIn::password($user), $remember, $this->within($request, $next)];
        return $this->answered($request, fn (Exchange $exchange) => $this->start($exchange, $request, $this->person($user), Flow::SIGN_IN, $data));
    }

    /** @internal */
    public function confirm(Request $request): Response
    {
        return $this->answered($request, function (Exchange $exchange) use ($request): Response {
            return $this->done($request, $this->flow->confirm($exchange, $this->signedIn(), $request->post()));
        });
    }

    /** @internal */
    public function ticket(Request $request, string $verb): Response
    {
        return $this->answered($request, function (Exchange $exchange) use ($verb): Response {
            return new JsonResponse($this->flow->$verb($exchange, $this->signedIn()), 200, ['Cache-Control' => 'no-store']);
        });
    }

    /** @internal the page of the challenge */
    public function page(Request $request, int $status = 200, ?string $error = null): Response
    {
        $fields = ['_token' => (string) $request->session()->token()];
        // Where Twofold gives no answer, its widget would not either.
        $again = in_array($status, [200, 409, 422, 429], true) && $this->pending($request) !== null;
        $challenge = $again ? $this->flow->challengeHtml($fields) : '<p><a href="/">Start again</a></p>';
        $html = $this->config['view'] === null
            ? Page::html($challenge, $error)
            : $this->app->make('view')->make($this->config['view'], ['challenge' => $challenge, 'error' => $error])->render();
        return new \Illuminate\Http\Response($html, $status, ['Cache-Control' => 'no-store']);
    }

    private function start(Exchange $exchange, Request $request, array $user, string $action, mixed $data): Response
    {
        $confirmed = $this->flow->start($exchange, $this->signedIn(), $user, $action, $data);
        if ($confirmed !== null) {
            return $this->done($request, $confirmed);
        }
        if ($request->expectsJson()) {
            $said = ['code' => 'second_factor', 'detail' => 'Give the second factor.', 'location' => $this->flow->confirmUrl];
            return new JsonResponse($said, 401);
        }
        return new RedirectResponse($this->flow->confirmUrl, 303);
    }

    private function done(Request $request, Confirmed $confirmed): Response
    {
        if ($confirmed->action !== Flow::SIGN_IN) {
            return $this->app->make($this->config['done'])($request, $confirmed);
        }
        [$name, $id, $password, $remember, $next] = $confirmed->data;
        $user = $this->ways->sameUser($name, $id, $password) ?? throw TwofoldError::nothingPending();
        $this->ways->letIn($name, $user, $remember, $confirmed->user['sign_in'] ?? null);
        return $request->expectsJson() ? new JsonResponse(['location' => $next]) : new RedirectResponse($next, 303);
    }

    /**
     * Whatever goes wrong is an answer, and lets nobody in.
     *
     * @param \Closure(Exchange): Response $work
     */
    private function answered(Request $request, \Closure $work): Response
    {
        $exchange = new Exchange($request);
        try {
            return $exchange->answer($work($exchange));
        } catch (TwofoldError $error) {
            if ($error->status >= 500) {
                $this->app->bound('log') ? $this->app->make('log')->error($error->getMessage()) : error_log($error->getMessage());
            }
            // What is pending from now on is read from the request.
            $exchange->settle();
            $asJson = $request->expectsJson() || in_array("/{$request->path()}", [$this->flow->sessionUrl, $this->flow->ticketUrl], true);
            $answer = $asJson ? new JsonResponse($error->document(), $error->status) : $this->page($request, $error->status, $error->detail);
            return $exchange->answer($answer);
        }
    }

    private function signedIn(): ?array
    {
        $found = $this->ways->signedIn();
        return $found === null ? null : $this->person($found[0]) + ['sign_in' => $found[1]];
    }

    /** @return array{id: string, label: string, email?: string} */
    private function person(Authenticatable $user): array
    {
        if ($this->config['user'] !== null) {
            return $this->app->make($this->config['user'])($user);
        }
        $email = (string) ($user->email ?? '');
        // Another one would be refused, and the person with it.
        $email = strlen($email) <= 254 && filter_var($email, FILTER_VALIDATE_EMAIL) !== false ? $email : '';
        $id = (string) $user->getAuthIdentifier();
        return ['id' => $id, 'label' => $email ?: $id] + ($email === '' ? [] : ['email' => $email]);
    }

    /** The address, if it is one of this site. */
    private function within(Request $request, string $url): string
    {
        $home = $request->getSchemeAndHttpHost();
        $path = str_starts_with($url, "$home/") ? substr($url, strlen($home)) : $url;
        return preg_match('~^/(?![/\\\\])[\x21-\x7e]*$~D', $path) === 1 ? $path : $this->config['home'];
    }
}
