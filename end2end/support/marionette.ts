import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./server.ts";

const FIREFOX = process.env.FIREFOX ?? "firefox-esr";
/** By which WebDriver names an element (W3C WebDriver 2, section 12). */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

export type Reference = { [ELEMENT]: string };

/** Nothing leaves the machine, nothing is asked, and what ends in `.localhost` is this machine. */
const PREFERENCES: Record<string, boolean | number | string> = {
  "app.update.enabled": false,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "extensions.getAddons.cache.enabled": false,
  "intl.accept_languages": "en-GB, en",
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "network.dns.localDomains": "shop.localhost",
  "signon.rememberSignons": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
};

/** The protocol by which Firefox is told what to do: lengths and JSON over TCP, which takes no driver beside it. */
export class Marionette {
  readonly #child: ChildProcess;
  readonly #socket: Socket;
  readonly #profile: string;
  readonly #waiting = new Map<number, (answer: unknown[]) => void>();
  #received = Buffer.alloc(0);
  #sent = 0;

  private constructor(child: ChildProcess, socket: Socket, profile: string) {
    this.#child = child;
    this.#socket = socket;
    this.#profile = profile;
    socket.on("data", (chunk) => this.#receive(chunk));
  }

  static async start(): Promise<Marionette> {
    const [profile, port] = [await mkdtemp(path.join(tmpdir(), "twofold-firefox-")), await freePort()];
    const all = { ...PREFERENCES, "marionette.port": port };
    const lines = Object.entries(all).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});`);
    await writeFile(path.join(profile, "user.js"), lines.join("\n"));
    const words = ["--headless", "--marionette", "--no-remote", "--profile", profile];
    const child = spawn(FIREFOX, words, { stdio: "ignore", env: { ...process.env, HOME: profile } });
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    failed.catch(() => {});
    const started = new Marionette(child, await Promise.race([answered(port), failed]), profile);
    await started.send("WebDriver:NewSession", {});
    await started.send("WebDriver:SetWindowRect", { width: 1280, height: 900 });
    return started;
  }

  /** What one command answers. */
  async send<Answer = unknown>(command: string, parameters: object): Promise<Answer> {
    const id = ++this.#sent;
    const message = Buffer.from(JSON.stringify([0, id, command, parameters]));
    const answer = new Promise<unknown[]>((resolve) => this.#waiting.set(id, resolve));
    this.#socket.write(Buffer.concat([Buffer.from(`${message.length}:`), message]));
    const [, , error, value] = await answer;
    if (error) throw new Error(`${command}: ${JSON.stringify(error).slice(0, 300)}`);
    return value as Answer;
  }

  /** What a script of the page, or of the frame that is looked at, answers. */
  async run<Answer>(script: string, ...args: unknown[]): Promise<Answer> {
    return (await this.send<{ value: Answer }>("WebDriver:ExecuteScript", { script, args })).value;
  }

  id(of: Reference): string {
    return of[ELEMENT];
  }

  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await ended;
    this.#socket.destroy();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const colon = this.#received.indexOf(":");
      const length = Number(this.#received.subarray(0, Math.max(colon, 0)).toString());
      if (colon < 0 || this.#received.length < colon + 1 + length) return;
      const message: unknown = JSON.parse(this.#received.subarray(colon + 1, colon + 1 + length).toString());
      this.#received = this.#received.subarray(colon + 1 + length);
      // The first one is a greeting, and no answer.
      if (Array.isArray(message)) this.#waiting.get(message[1])?.(message);
    }
  }
}

/** Firefox listens once it has started. */
async function answered(port: number): Promise<Socket> {
  const until = Date.now() + 40_000;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    const there = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    });
    if (there) return socket;
    if (Date.now() > until) throw new Error("Firefox did not start");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
