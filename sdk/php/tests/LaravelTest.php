<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Twofold\Settings;
use Twofold\Twofold;

/** What only Laravel has: a guard that signs in by many ways, and the middleware that covers them. */
final class LaravelTest extends TestCase
{
    private Phone $phone;
    private LaravelSite $site;
    private Browser $browser;

    protected function setUp(): void
    {
        $world = World::get();
        $this->phone = $world->phone('ada');
        $this->site = new LaravelSite(new Twofold(new Settings($world->server->url, $world->key)));
        $this->browser = new Browser($this->site);
    }

    public function testWhatARouteSaysToWhoeverIsPendingIsNotSaid(): void
    {
        $answer = $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/greeting']);
        self::assertSame([303, '/twofold/confirm'], [$answer->status, $answer->location]);
        self::assertStringNotContainsString('Your account', $answer->text);
        self::assertSame(401, $this->browser->get('/account')->status);
        $answer = $this->browser->post('/sign-in', ['user' => 'eve', 'to' => '/greeting']);
        self::assertSame([303, '/'], [$answer->status, $answer->location], 'who has none goes home instead');
    }

    public function testABrowserThatIsRememberedIsAskedAllTheSame(): void
    {
        $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/', 'stay' => '1']);
        self::assertSame([], preg_grep('/^remember_/', array_keys($this->browser->cookies)), 'no cookie of somebody who is nobody');
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        $remembered = preg_grep('/^remember_/', array_keys($this->browser->cookies));
        self::assertCount(1, $remembered);
        // The session is over.
        unset($this->browser->cookies['session']);
        $answer = $this->browser->get('/account');
        self::assertSame([303, '/twofold/confirm'], [$answer->status, $answer->location]);
        self::assertSame('/account', $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()])->location);
        self::assertSame(200, $this->browser->get('/account')->status);
    }

    public function testSigningInAgainInTheSameSessionAsksAgain(): void
    {
        $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/']);
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        $this->browser->post('/sign-out');
        self::assertSame(401, $this->browser->get('/account')->status);
        $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/']);
        self::assertSame(401, $this->browser->get('/account')->status);
    }

    public function testASessionFromBeforeTheMiddlewareIsAsked(): void
    {
        $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/']);
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        $this->site->tamper(static fn (string $held): string => str_replace('twofold_confirmed_web', 'something_else_of_web', $held));
        $answer = $this->browser->get('/account');
        self::assertSame([303, '/twofold/confirm'], [$answer->status, $answer->location]);
        self::assertSame(401, $this->browser->get('/account')->status, 'who is pending is nobody');
    }

    public function testTheSessionStaysAndItsNameDoesNot(): void
    {
        $this->browser->post('/keep');
        $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/']);
        $before = $this->browser->cookies['session'];
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        self::assertSame('tea', $this->browser->get('/account')->json('cart'));
        $this->browser->cookies['session'] = $before;
        self::assertSame(401, $this->browser->get('/account')->status);
    }

    public function testAPasswordThatChangesMeanwhileLetsNobodyIn(): void
    {
        $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/']);
        $this->site->changePassword('ada');
        $answer = $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        self::assertSame(409, $answer->status);
        self::assertSame(401, $this->browser->get('/account')->status);
    }

    public function testAProgramIsToldInJson(): void
    {
        $answer = $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/'], accept: 'application/json');
        self::assertSame([401, 'second_factor', '/twofold/confirm'], [$answer->status, $answer->json('code'), $answer->json('location')]);
        $answer = $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()], accept: 'application/json');
        self::assertSame([200, '/account'], [$answer->status, $answer->json('location')]);
    }

    public function testNobodyIsLedElsewhereAfterwards(): void
    {
        foreach (['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)'] as $to) {
            self::assertSame('/', $this->browser->post('/sign-in', ['user' => 'eve', 'to' => $to])->location, $to);
        }
    }
}
