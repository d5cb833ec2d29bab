<?php

declare(strict_types=1);

use Illuminate\Auth\GenericUser;
use Illuminate\Contracts\Auth\Authenticatable;
use Illuminate\Contracts\Auth\UserProvider;

/** Users in the memory of the site. */
final class Names implements UserProvider
{
    /** @param array<string, array<string, mixed>> $users */
    public function __construct(private array &$users)
    {
    }

    public function retrieveById($identifier)
    {
        return isset($this->users[$identifier]) ? new GenericUser($this->users[$identifier] + ['email' => "$identifier@example.com"]) : null;
    }

    public function retrieveByToken($identifier, $token)
    {
        $known = $this->users[$identifier]['remember_token'] ?? null;
        return $known !== null && hash_equals($known, $token) ? $this->retrieveById($identifier) : null;
    }

    public function updateRememberToken(Authenticatable $user, $token)
    {
        $this->users[$user->getAuthIdentifier()]['remember_token'] = $token;
    }

    public function retrieveByCredentials(array $credentials)
    {
        return null;
    }

    public function validateCredentials(Authenticatable $user, array $credentials)
    {
        return false;
    }
}
