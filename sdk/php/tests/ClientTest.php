<?php

declare(strict_types=1);

use PHPUnit\Framework\TestCase;
use Twofold\Csp;
use Twofold\CurlTransport;
use Twofold\Pending;
use Twofold\Psr18Transport;
use Twofold\Sealer;
use Twofold\Settings;
use Twofold\Transport;
use Twofold\Twofold;
use Twofold\TwofoldError;

/** The client alone, and what stands beside it. */
final class ClientTest extends TestCase
{
    public function testOperationsPhpIsWhatTheBinarysDocumentSays(): void
    {
        $document = json_decode((string) file_get_contents(World::get()->server->url . '/v1/openapi.json'), true);
        self::assertSame(Client::of($document), file_get_contents(__DIR__ . '/../src/Operations.php'), 'run `php scripts/generate.php`');
    }

    public function testTheVersionIsTheServers(): void
    {
        $ours = json_decode((string) file_get_contents(__DIR__ . '/../composer.json'), true)['version'];
        self::assertStringStartsWith("twofold $ours", World::get()->server->command('--version'));
    }

    /** @return array<string, array{Transport}> */
    public function transports(): array
    {
        return $this->both(10);
    }

    /** @return array<string, array{Transport}> */
    private function both(float $timeout): array
    {
        $factory = new GuzzleHttp\Psr7\HttpFactory();
        $guzzle = new GuzzleHttp\Client(['timeout' => $timeout]);
        return ['curl' => [new CurlTransport()], 'PSR-18' => [new Psr18Transport($guzzle, $factory, $factory)]];
    }

    /** @return array<string, array{Transport}> */
    public function impatient(): array
    {
        return $this->both(0.2);
    }

    public function testAUserIsSetUpAskedLookedAtAndErased(): void
    {
        $world = World::get();
        $name = 'ada/ß ?#%';
        $phone = new Phone($world->client, $world->server, $name);
        self::assertCount(10, $phone->recoveryCodes);
        $factory = new GuzzleHttp\Psr7\HttpFactory();
        foreach ([new CurlTransport(), new Psr18Transport(new GuzzleHttp\Client(['timeout' => 60]), $factory, $factory)] as $index => $transport) {
            $client = new Twofold(new Settings($world->server->url, $world->key, timeout: 60), $transport);
            $asked = ['user' => ['id' => $name], 'action' => 'payment'];
            $opened = $client->openChallenge($asked, "only-$index");
            self::assertSame(['open', ['totp', 'recovery_code']], [$opened['status'], $opened['kinds']]);
            self::assertSame($opened['id'], $client->openChallenge($asked, "only-$index")['id']);
            $outcome = $client->answerChallenge($opened['id'], ['code' => $phone->code()]);
            self::assertSame([$name, 'payment', 'totp'], [$outcome['user']['id'], $outcome['action'], $outcome['kind']]);
            self::assertCount(1, $client->showUser($name)['authenticators']);
            self::assertContains($name, array_column($client->listUsers(['limit' => 100])['users'], 'id'));
            self::assertNotEmpty($client->listAuditEvents(['user' => $name, 'kind' => 'challenge.passed'])['events']);
        }
        $world->client->eraseUser($name);
        $this->fails(static fn () => $world->client->showUser($name), 'not_found');
    }

    public function testAUserWhoseIdHttpTakesForAStepInThePathIsReached(): void
    {
        $client = World::get()->client;
        foreach (['.', '..', '~.', '~'] as $name) {
            $client->issueSessionTicket(['user' => ['id' => $name, 'label' => 'dots']]);
            self::assertSame($name, $client->showUser($name)['id']);
            $client->eraseUser($name);
        }
    }

    public function testAUserWithoutAnIdIsRefused(): void
    {
        $this->expectException(InvalidArgumentException::class);
        World::get()->client->eraseUser('');
    }

    /** @dataProvider transports */
    public function testNoRedirectIsFollowedWithTheKey(Transport $transport): void
    {
        $elsewhere = new Somebody("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        $first = new Somebody("HTTP/1.1 307 T\r\nlocation: $elsewhere->url/\r\ncontent-length: 0\r\n\r\n");
        $this->asks($first->url, $transport, 'answer_malformed');
        self::assertFalse($elsewhere->wasAsked());
    }

    /** @dataProvider impatient */
    public function testAnAnswerThatBeginsAndDoesNotEndIsOverInTime(Transport $transport): void
    {
        $somebody = new Somebody("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{", ends: false);
        $this->asks($somebody->url, $transport, 'timeout', 0.2);
    }

    /** @dataProvider transports */
    public function testAnAnswerThatIsCutOffIsNone(Transport $transport): void
    {
        $somebody = new Somebody("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"status\":\"not_enrolled\"}");
        $this->asks($somebody->url, $transport, 'unreachable');
    }

    public function testAnAnswerThatIsNoObjectIsNone(): void
    {
        foreach (['[]', 'null', '"not_enrolled"', '', "\xff"] as $text) {
            $somebody = new Somebody(sprintf("HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s", strlen($text), $text));
            $this->asks($somebody->url, new CurlTransport(), 'answer_malformed');
        }
    }

    public function testTheKeyIsInNoText(): void
    {
        self::assertStringNotContainsString('tf_secret', print_r(new Twofold(new Settings(key: 'tf_secret')), true));
    }

    public function testSettingsThatCannotBeMeantAreRefusedBeforeAnybodySignsIn(): void
    {
        self::assertSame('https://2fa.example.com', (new Settings('https://2fa.example.com/', 'tf_x'))->url);
        self::assertSame('https://2fa.example.org:8443', (new Settings('http://2fa', 'tf_x', 'https://2fa.example.org:8443/'))->publicUrl);
        $this->refuses(['url' => 'http://x'], 'TWOFOLD_KEY');
        foreach (['2fa.example.com', 'ftp://x', 'https://x/v1', 'https://u:p@x', 'https://x/?a', 'https://x:y'] as $url) {
            $this->refuses(['url' => $url, 'key' => 'tf_x'], 'TWOFOLD_URL');
        }
        foreach ([0, -1, NAN, INF] as $timeout) {
            $this->refuses(['key' => 'tf_x', 'timeout' => $timeout], 'timeout');
        }
        $this->refuses(['key' => "tf_x\r\nx: y"], 'character');
    }

    public function testWhatIsPendingIsGoodForHalfAnHourOnServersWithTheSameKey(): void
    {
        $pending = new Pending('c', ['id' => 'ada'], 'sign_in', ['to' => '/'], null, 1_000_000.0);
        $at = static fn (float $now): Closure => static fn (): float => 1_000_000 + $now;
        $sealed = (new Sealer('tf_a', $at(0)))->seal($pending);
        self::assertEquals($pending, (new Sealer('tf_a', $at(0)))->open($sealed));
        self::assertNull((new Sealer('tf_b', $at(0)))->open($sealed));
        self::assertStringNotContainsString('ada', (string) base64_decode(strtr($sealed, '-_', '+/')));
        self::assertEquals($pending, (new Sealer('tf_a', $at(1799.9)))->open($sealed));
        self::assertNull((new Sealer('tf_a', $at(1800)))->open($sealed));
    }

    public function testAPolicyLetsTwofoldInWhereItMustAndNowhereElse(): void
    {
        $url = 'https://2fa.example.com';
        $policies = [
            "default-src 'self'" => "default-src 'self'; script-src 'self' $url; frame-src 'self' $url",
            "default-src 'none'; script-src 'self'; form-action 'none'" =>
                "default-src 'none'; script-src 'self' $url; form-action $url; frame-src $url; connect-src 'self'",
            "child-src 'self'; connect-src https://api.example.com" =>
                "child-src 'self'; connect-src https://api.example.com 'self'; frame-src 'self' $url",
            "img-src 'self'" => "img-src 'self'",
        ];
        foreach ($policies as $policy => $expected) {
            self::assertSame($expected, Csp::with($policy, $url));
            self::assertSame($expected, Csp::with($expected, $url), 'once is enough');
        }
    }

    private function asks(string $url, Transport $transport, string $error, float $timeout = 10): void
    {
        $client = new Twofold(new Settings($url, 'tf_x', timeout: $timeout), $transport);
        $this->fails(static fn () => $client->openChallenge(['user' => ['id' => 'ada'], 'action' => 'sign_in']), $error);
    }

    private function fails(Closure $does, string $error): void
    {
        try {
            $does();
        } catch (TwofoldError $raised) {
            self::assertSame([$error, 503], [$raised->error, $raised->status], $raised->getMessage());
            self::assertStringNotContainsString('tf_x', $raised->getMessage());
            return;
        }
        self::fail('it was answered');
    }

    private function refuses(array $settings, string $words): void
    {
        try {
            new Settings(...$settings);
        } catch (InvalidArgumentException $error) {
            self::assertStringContainsString($words, $error->getMessage());
            return;
        }
        self::fail((string) json_encode($settings, JSON_PARTIAL_OUTPUT_ON_ERROR));
    }
}
