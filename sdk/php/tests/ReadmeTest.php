<?php

declare(strict_types=1);

use Nyholm\Psr7\Factory\Psr17Factory;
use PHPUnit\Framework\TestCase;
use Twofold\Settings;
use Twofold\Twofold;

require_once __DIR__ . '/support/around.php';

/** The snippets of the README, as they stand there: they run, and let nobody in too early. The pages in docs/embedding show the same ones. */
final class ReadmeTest extends TestCase
{
    private World $world;

    protected function setUp(): void
    {
        $this->world = World::get();
        putenv("TWOFOLD_URL={$this->world->server->url}");
        putenv("TWOFOLD_KEY={$this->world->key}");
    }

    protected function tearDown(): void
    {
        putenv('TWOFOLD_URL');
        putenv('TWOFOLD_KEY');
    }

    public function testTheSnippetForPsr15(): void
    {
        $app = new Slim();
        $this->execute($this->snippet('psr15.php'), ['app' => $app, 'responses' => new Psr17Factory()]);
        $this->isASignIn(new Browser($app), '/confirm', '/account');
    }

    public function testTheSnippetForLaravel(): void
    {
        $code = $this->snippet('laravel_routes.php');
        $site = new LaravelSite(new Twofold(new Settings($this->world->server->url, $this->world->key)), fn () => $this->execute($code, []));
        $browser = new Browser($site);
        self::assertSame(401, $browser->get('/security')->status);
        $this->isASignIn($browser, '/twofold/confirm', '/security');
        self::assertSame('/twofold/confirm', $browser->post('/pay', ['amount' => '24'])->location);
    }

    public function testTheSnippetsForTheClient(): void
    {
        foreach (['client.php', 'psr18.php'] as $title) {
            ob_start();
            $this->execute($this->snippet($title), []);
            self::assertSame('not_enrolled', ob_get_clean(), $title);
        }
    }

    private function isASignIn(Browser $browser, string $confirm, string $account): void
    {
        $phone = $this->world->phone('ada');
        $answer = $browser->post('/sign-in', ['user' => 'ada', 'to' => '/']);
        self::assertSame($confirm, $answer->location, $answer->text);
        self::assertSame(401, $browser->get($account)->status);
        self::assertStringContainsString('<form method="post" action="/twofold/confirm">', $browser->get($confirm)->text);
        self::assertStringContainsString('requestSubmit', $browser->get('/twofold/confirm.js')->text);
        self::assertSame(409, $browser->post('/twofold/confirm')->status);
        self::assertSame(422, $browser->post('/twofold/confirm', ['code' => '000000'])->status);
        self::assertSame(401, $browser->get($account)->status);
        self::assertNotEmpty($browser->post('/twofold/ticket')->json('ticket'));
        self::assertSame('/account', $browser->post('/twofold/confirm', ['code' => $phone->code()])->location);
        self::assertStringContainsString('<twofold-security session-url="/twofold/session">', $browser->get($account)->text);
        self::assertNotEmpty($browser->post('/twofold/session')->json('ticket'));
    }

    /** @param array<string, mixed> $given what the snippet takes from the site around it */
    private function execute(string $code, array $given): void
    {
        $file = (string) tempnam(sys_get_temp_dir(), 'twofold-snippet-');
        file_put_contents($file, "<?php\n$code");
        try {
            (static function () use ($file, $given): void {
                extract($given);
                require $file;
            })();
        } finally {
            unlink($file);
        }
    }

    private function snippet(string $title): string
    {
        $text = (string) file_get_contents(__DIR__ . '/../README.md');
        preg_match_all('/^```\w+ title="([^"]+)"\n(.*?)^```$/ms', $text, $blocks, PREG_SET_ORDER);
        $found = array_filter($blocks, static fn (array $block): bool => $block[1] === $title);
        self::assertNotSame([], $found, "there is no $title");
        return implode("\n", array_column($found, 2));
    }
}
