<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Twofold\Pending;
use Twofold\Sealer;
use Twofold\Settings;
use Twofold\Twofold;

/** The whole way through the second factor, in every framework, against the real Twofold. */
final class WaysTest extends TestCase
{
    private const NOWHERE = '00000000-0000-4000-8000-000000000000';
    private World $world;
    private Between $between;
    private Site $site;
    private Browser $browser;
    private Phone $phone;
    private string $log;

    protected function setUp(): void
    {
        $this->world = World::get();
        $this->phone = $this->world->phone('ada');
        $this->log = (string) tempnam(sys_get_temp_dir(), 'twofold-log-');
        ini_set('error_log', $this->log);
    }

    protected function tearDown(): void
    {
        unlink($this->log);
    }

    /** @return array<string, array{class-string<Site>}> */
    public function kinds(): array
    {
        return ['PSR-15' => [Psr15Site::class], 'Laravel' => [LaravelSite::class]];
    }

    /** @dataProvider kinds */
    public function testWhoeverHasNoSecondFactorIsLetInAtOnce(string $kind): void
    {
        $this->open($kind);
        $answer = $this->browser->post('/sign-in', ['user' => 'eve', 'to' => '/']);
        self::assertSame([303, '/account'], [$answer->status, $answer->location], $answer->text);
        self::assertSame('eve', $this->signedInAs());
    }

    /** @dataProvider kinds */
    public function testACodeLetsInAsWhomItBeganWith(string $kind): void
    {
        $this->open($kind);
        $this->begin();
        self::assertNull($this->signedInAs(), 'who is pending is nobody');
        self::assertStringContainsString('<twofold-challenge session-url="/twofold/ticket">', $this->browser->get($this->site->confirmUrl())->text);
        $wrong = $this->confirm(['code' => '000000']);
        self::assertSame([422, 'code_wrong', 'The code is wrong.'], [$wrong->status, $wrong->json('code'), $wrong->json('detail')]);
        self::assertGreaterThan(0, $wrong->json('attempts_left'));
        self::assertNull($this->signedInAs());
        self::assertSame('/account', $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()])->location);
        self::assertSame('ada', $this->signedInAs());
        self::assertArrayNotHasKey('twofold_pending', $this->browser->cookies);
        self::assertStringNotContainsString('<twofold-challenge', $this->browser->get($this->site->confirmUrl())->text);
    }

    /** @dataProvider kinds */
    public function testTheSecurityTabIsForWhoeverIsSignedIn(string $kind): void
    {
        $this->open($kind);
        self::assertSame(401, $this->browser->post('/twofold/session')->status);
        $this->begin();
        self::assertSame(401, $this->browser->post('/twofold/session')->status, 'who is pending is nobody');
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        $answer = $this->browser->post('/twofold/session');
        self::assertStringContainsString('no-store', $answer->cacheControl);
        self::assertMatchesRegularExpression('/^\S{20,}$/', $answer->json('ticket'));
        foreach (['cross-site', 'same-site'] as $page) {
            foreach (['session', 'ticket', 'confirm'] as $path) {
                self::assertSame(403, $this->browser->post("/twofold/$path", [], ...['sec-fetch-site' => $page])->status);
            }
        }
    }

    /** @dataProvider kinds */
    public function testTheSecurityTabIsOpenedByTheSignInThatWas(string $kind): void
    {
        $this->open($kind);
        $this->begin();
        $challenge = (new Sealer($this->world->key))->open($this->browser->cookies['twofold_pending'])?->challenge;
        self::assertNotNull($challenge);
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        self::assertSame(200, $this->browser->post('/twofold/session')->status);
        self::assertSame($challenge, $this->between->sent['sign_in'] ?? null);
        $this->browser->post('/sign-in', ['user' => 'eve', 'to' => '/']);
        self::assertSame(200, $this->browser->post('/twofold/session')->status);
        self::assertArrayNotHasKey('sign_in', $this->between->sent);
    }

    /** @dataProvider kinds */
    public function testEveryTabHasTicketsForTheSameChallengeAndForAnotherOneLater(string $kind): void
    {
        $this->open($kind);
        self::assertSame(401, $this->browser->post('/twofold/ticket')->status);
        $this->begin();
        $this->between->asked = [];
        $tickets = [$this->browser->post('/twofold/ticket')->json('ticket'), $this->browser->post('/twofold/ticket')->json('ticket')];
        self::assertNotSame($tickets[0], $tickets[1]);
        self::assertNotContains('POST /v1/challenges', $this->between->asked);
        $this->world->server->advance(301);
        self::assertMatchesRegularExpression('/^\S{20,}$/', $this->browser->post('/twofold/ticket')->json('ticket'));
        self::assertCount(1, array_keys($this->between->asked, 'POST /v1/challenges', true));
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        self::assertSame('ada', $this->signedInAs());
    }

    /** @dataProvider kinds */
    public function testInYourOwnFormACodeCountsAgainOnceTheTimeWasOver(string $kind): void
    {
        $this->open($kind);
        $this->begin();
        $this->world->server->advance(301);
        self::assertSame('challenge_expired', $this->confirm(['code' => $this->phone->code()])->json('code'));
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        self::assertSame('ada', $this->signedInAs());
    }

    /** @dataProvider kinds */
    public function testATrustedDeviceIsGoodForSigningInAndNotForAPayment(string $kind): void
    {
        $this->open($kind);
        $this->begin();
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code(), 'remember' => 'yes']);
        self::assertArrayHasKey('twofold_device', $this->browser->cookies);
        self::assertSame('/account', $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/'])->location);
        self::assertSame($this->site->confirmUrl(), $this->browser->post('/pay', ['amount' => '24'])->location);
        self::assertSame(403, $this->browser->get('/paid')->status);
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        self::assertStringContainsString('"24"', $this->browser->get('/paid')->text);
    }

    /** @dataProvider kinds */
    public function testWhatBeganForOnePersonIsNotEndedByAnother(string $kind): void
    {
        $this->open($kind);
        $this->signIn();
        $this->browser->post('/pay', ['amount' => '24']);
        $pending = $this->browser->cookies['twofold_pending'];
        // Somebody else signs in, in the same browser, and what was pending is still there.
        $this->browser->post('/sign-in', ['user' => 'eve', 'to' => '/']);
        $this->browser->cookies['twofold_pending'] = $pending;
        self::assertSame('nothing_pending', $this->confirm(['code' => $this->phone->code()])->json('code'));
        self::assertSame(403, $this->browser->get('/paid')->status);
    }

    /** @dataProvider kinds */
    public function testAnIdAUserOrAnActionThatTheBrowserSaysIsNotRead(string $kind): void
    {
        $this->open($kind);
        $this->begin();
        $id = $this->world->client->openChallenge(['user' => ['id' => 'ada'], 'action' => 'payment'])['id'];
        $this->between->asked = [];
        $said = ['id' => $id, 'challenge' => $id, 'user' => 'ada', 'action' => 'payment'];
        self::assertSame(409, $this->browser->post("/twofold/confirm?id=$id&challenge=$id&code=000000", $said)->status);
        self::assertSame([], array_values(array_filter($this->between->asked, static fn (string $one): bool => str_contains($one, $id) || str_ends_with($one, '/answers'))));
        self::assertNull($this->signedInAs());
    }

    /** @dataProvider kinds */
    public function testAPendingSignInThatWasChangedOrMadeWithAnotherKeyIsNone(string $kind): void
    {
        $this->open($kind);
        $this->begin();
        $sealed = $this->browser->cookies['twofold_pending'];
        $other = (new Sealer('tf_other'))->seal(new Pending('c', ['id' => 'ada'], 'sign_in', null, null, microtime(true)));
        $first = $sealed[0] === 'A' ? 'B' : 'A';
        foreach ([$first . substr($sealed, 1), substr($sealed, 0, -2), $other, '', 'e30', 'ä'] as $forged) {
            $this->browser->cookies['twofold_pending'] = $forged;
            $answer = $this->confirm(['code' => '000000']);
            self::assertSame([409, 'nothing_pending'], [$answer->status, $answer->json('code')], $forged);
            self::assertStringNotContainsString('<twofold-challenge', $this->browser->get($this->site->confirmUrl())->text);
        }
    }

    /** @return iterable<string, array{class-string<Site>, string, string}> */
    public function troubles(): iterable
    {
        foreach ($this->kinds() as $name => [$kind]) {
            yield "$name, down" => [$kind, 'down', 'cannot be reached'];
            yield "$name, slow" => [$kind, 'slow', 'does not answer in time'];
            yield "$name, 500" => [$kind, '500', 'answers something else'];
            yield "$name, somebody else's page" => [$kind, 'html', 'answers something else'];
        }
    }

    /** @dataProvider troubles */
    public function testNoRouteLetsAnybodyInWhileTwofoldGivesNoAnswer(string $kind, string $mode, string $words): void
    {
        $this->open($kind);
        $paying = new Browser($this->site);
        $this->signIn($paying);
        $this->begin();
        $right = $this->phone->code();
        $this->between->mode = $mode;
        $answers = [
            $paying->post('/pay', ['amount' => '24']),
            $paying->post('/twofold/session'),
            $this->browser->post('/twofold/confirm', ['code' => $right]),
            $this->browser->post('/twofold/confirm'),
            $this->browser->post('/twofold/ticket'),
            $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/']),
            (new Browser($this->site))->post('/sign-in', ['user' => 'eve', 'to' => '/']),
        ];
        foreach ($answers as $index => $answer) {
            self::assertSame(503, $answer->status, "$index: $answer->text");
            self::assertDoesNotMatchRegularExpression('~127\.0\.0\.1|localhost|/v1/~', $answer->text, 'people are told nothing of the set-up');
        }
        self::assertSame(count($answers), substr_count((string) file_get_contents($this->log), "Twofold $words: POST /v1/"));
        self::assertSame(409, $paying->post('/twofold/confirm', ['code' => $right])->status, 'nothing is pending there');
        self::assertNull($this->signedInAs());
        self::assertSame(403, $paying->get('/paid')->status);
        $this->between->mode = 'pass';
        $this->signIn();
    }

    /** @return iterable<string, array{class-string<Site>, Closure}> */
    public function wrongResults(): iterable
    {
        foreach ($this->kinds() as $name => [$kind]) {
            yield "$name, another user's" => [$kind, static fn (array $outcome): array => ['user' => ['id' => 'mallory']] + $outcome];
            yield "$name, of another action" => [$kind, static fn (array $outcome): array => ['action' => 'payment'] + $outcome];
            yield "$name, of another challenge" => [$kind, static fn (array $outcome): array => ['id' => self::NOWHERE] + $outcome];
            yield "$name, without a user" => [$kind, static fn (array $outcome): array => ['user' => 'ada'] + $outcome];
            yield "$name, nothing" => [$kind, static fn (array $outcome): array => []];
        }
    }

    /** @dataProvider wrongResults */
    public function testNobodyIsLetInOnAResultAboutSomethingElse(string $kind, Closure $change): void
    {
        $this->open($kind);
        $this->begin();
        $this->between->mode = static fn (string $path, ?array $document, int $status): ?array =>
            str_ends_with($path, '/answers') && $status === 200 ? [200, $change($document)] : null;
        $answer = $this->confirm(['code' => $this->phone->code()]);
        self::assertSame([403, 'another_challenge'], [$answer->status, $answer->json('code')]);
        self::assertNull($this->signedInAs());
    }

    /** @dataProvider kinds */
    public function testNobodyIsLetInOnAReplayedResult(string $kind): void
    {
        $this->open($kind);
        $recorded = null;
        $this->between->mode = static function (string $path, ?array $document, int $status) use (&$recorded): ?array {
            $recorded = str_ends_with($path, '/answers') && $status === 200 ? $document : $recorded;
            return null;
        };
        $this->begin();
        $kept = $this->browser->cookies['twofold_pending'];
        $this->browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        // The cookie of the sign-in that was, once more: Twofold answers once.
        $this->browser = new Browser($this->site);
        foreach ([[], ['code' => '000000']] as $form) {
            $this->browser->cookies['twofold_pending'] = $kept;
            self::assertSame('challenge_already_answered', $this->confirm($form)->json('code'));
        }
        self::assertNull($this->signedInAs());
        // The answer of that sign-in, once more, to another one.
        $this->between->mode = static fn (string $path): ?array => preg_match('~/(redeem|answers)$~', $path) === 1 ? [200, $recorded] : null;
        $this->browser = new Browser($this->site);
        $this->begin();
        foreach ([[], ['code' => '000000']] as $form) {
            self::assertSame('another_challenge', $this->confirm($form)->json('code'));
        }
        self::assertNull($this->signedInAs());
    }

    /** @dataProvider kinds */
    public function testNobodyIsLetInOnAStatusThatIsNotKnownOrNotToBeExpected(string $kind): void
    {
        $this->open($kind);
        foreach (['open', 'enrollment_required', 'passed', 'exempt', 'trusted_device', null] as $status) {
            // There is something to ask where there is an id, and a status that says so.
            foreach (in_array($status, ['open', 'enrollment_required'], true) ? [['id' => null]] : [['id' => null], []] as $missing) {
                $this->between->mode = static fn (string $path, ?array $document): ?array =>
                    $path === '/v1/challenges' ? [201, ['status' => $status] + $missing + $document] : null;
                self::assertSame(503, $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/'])->status, (string) $status);
            }
        }
        self::assertNull($this->signedInAs());
    }

    /** @dataProvider kinds */
    public function testAKeyThatIsNoneIsAMatterOfTheOperators(string $kind): void
    {
        $this->open($kind, substr($this->world->key, 0, -6) . '000000');
        $answer = $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/']);
        self::assertSame(503, $answer->status);
        self::assertStringNotContainsString('key', str_replace('key_unknown', '', $answer->text));
        self::assertMatchesRegularExpression('~Twofold refuses POST /v1/challenges: 401 key_unknown \(key \w+\)~', (string) file_get_contents($this->log));
    }

    private function open(string $kind, ?string $key = null): void
    {
        $this->between = new Between();
        $this->site = new $kind(new Twofold(new Settings($this->world->server->url, $key ?? $this->world->key), $this->between));
        $this->browser = new Browser($this->site);
    }

    /** As far as the question: the password was right. */
    private function begin(): void
    {
        $answer = $this->browser->post('/sign-in', ['user' => 'ada', 'to' => '/cart']);
        self::assertSame([303, $this->site->confirmUrl()], [$answer->status, $answer->location], $answer->text);
    }

    private function signIn(?Browser $browser = null): void
    {
        $browser ??= $this->browser;
        $browser->post('/sign-in', ['user' => 'ada', 'to' => '/cart']);
        $answer = $browser->post('/twofold/confirm', ['code' => $this->phone->code()]);
        self::assertSame('/account', $answer->location, $answer->text);
    }

    private function confirm(array $form): Answer
    {
        return $this->browser->post('/twofold/confirm', $form, accept: 'application/json');
    }

    private function signedInAs(): ?string
    {
        $answer = $this->browser->get('/account');
        return $answer->status === 200 ? $answer->json('user')['id'] : null;
    }
}
