<?php

declare(strict_types=1);

namespace Twofold\Laravel;

use Illuminate\Auth\SessionGuard;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Contracts\Auth\Factory;

/**
 * Whoever gave a password is nobody yet, by whichever way they came.
 *
 * Every way in ends in the guard's session: `Auth::attempt`, Fortify, a reset of the password that signs in, Socialite, "remember
 * me", a route of your own. Before the session is stored it is taken out again, and comes back when the second factor was given.
 *
 * @internal
 */
final class WaysIn
{
    private const CONFIRMED = 'twofold_confirmed_';
    /** The challenge that they passed to sign in. */
    private const SIGN_IN = 'twofold_sign_in_';

    /** @param list<string> $names */
    public function __construct(private readonly Factory $auth, private readonly array $names)
    {
    }

    /** Whoever is signed in and has not given the second factor: the name of the guard, and the guard. Null, if there is nobody. */
    public function unconfirmed(): ?array
    {
        foreach ($this->names as $name) {
            $guard = $this->guard($name);
            // `check` first: a browser that is remembered is signed in by being asked about.
            if ($guard->check() && $guard->getSession()->has($guard->getName()) && !$this->isConfirmed($name, $guard)) {
                return [$name, $guard];
            }
        }
        return null;
    }

    /**
     * Makes nobody of them. What else the session holds stays.
     *
     * @return array{Authenticatable, bool} who, and whether they want to be remembered
     */
    public function takeOut(SessionGuard $guard): array
    {
        $user = $guard->user();
        $jar = $guard->getCookieJar();
        $remember = $guard->viaRemember() || $jar->hasQueued($guard->getRecallerName());
        $jar->unqueue($guard->getRecallerName());
        $guard->logoutCurrentDevice();
        return [$user, $remember];
    }

    /** Signs in, under a new session. */
    public function letIn(string $name, Authenticatable $user, bool $remember, ?string $challenge): void
    {
        $guard = $this->guard($name);
        $guard->login($user, $remember);
        $session = $guard->getSession();
        $session->put([self::CONFIRMED . $name => $session->get($guard->getName()), self::SIGN_IN . $name => $challenge]);
    }

    /** Whoever signs in anew must give the second factor anew. */
    public function forget(string $name): void
    {
        if (in_array($name, $this->names, true)) {
            $this->guard($name)->getSession()->forget([self::CONFIRMED . $name, self::SIGN_IN . $name]);
        }
    }

    /** The user who is awaited, if they are still there, with the password that they gave. */
    public function sameUser(string $name, string|int $id, string $password): ?Authenticatable
    {
        $user = $this->guard($name)->getProvider()->retrieveById($id);
        return $user !== null && hash_equals($password, self::password($user)) ? $user : null;
    }

    /** Of the password that was given: where it changes meanwhile, the old one lets nobody in. */
    public static function password(Authenticatable $user): string
    {
        return hash('sha256', (string) $user->getAuthPassword());
    }

    /**
     * Who is signed in, and has given the second factor or has none to give.
     *
     * @return ?array{Authenticatable, ?string} they, and the challenge that they passed
     */
    public function signedIn(): ?array
    {
        foreach ($this->names as $name) {
            $guard = $this->guard($name);
            if ($guard->check() && $this->isConfirmed($name, $guard)) {
                return [$guard->user(), $guard->getSession()->get(self::SIGN_IN . $name)];
            }
        }
        return null;
    }

    private function isConfirmed(string $name, SessionGuard $guard): bool
    {
        $session = $guard->getSession();
        return $session->has($guard->getName()) && $session->get(self::CONFIRMED . $name) === $session->get($guard->getName());
    }

    private function guard(string $name): SessionGuard
    {
        $guard = $this->auth->guard($name);
        return $guard instanceof SessionGuard ? $guard : throw new \LogicException("the guard $name keeps no session: leave it out of twofold.guards");
    }
}
