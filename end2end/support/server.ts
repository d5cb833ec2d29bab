import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

/** The binary under test: `cargo xtask test e2e` says where it is. */
const BINARY = process.env.TWOFOLD_BINARY ?? path.resolve(import.meta.dirname, "../../target/e2e/twofold");

/** Variables of the configuration, beside those that every test has. */
export type Settings = Record<string, string>;

/** The real binary on a free port, with a fresh SQLite file of its own. */
export class Server {
  readonly url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = "";
  #ahead = 0;

  private constructor(port: number, folder: string, settings: Settings) {
    this.url = `http://localhost:${port}`;
    this.#folder = folder;
    const env = { ...environment(folder, port), ...settings };
    this.#child = spawn(BINARY, ["serve"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    this.#ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("exit", (code) => resolve(code));
    });
    this.#ended.catch(() => {});
  }

  static async start(settings: Settings = {}): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), "twofold-e2e-"));
    const server = new Server(await freePort(), folder, settings);
    await server.#said(/Twofold is ready/);
    return server;
  }

  /** Everything it wrote so far, to stdout and stderr. */
  get output(): string {
    return this.#output;
  }

  /** What it told the operator, once: how to create the first administrator. */
  get firstLink(): string {
    const link = /https?:\/\/\S+\/welcome#\S+/.exec(this.#output)?.[0];
    if (!link) throw new Error(`the server printed no link:\n${this.#output}`);
    return link;
  }

  /** The present moment of the server, in milliseconds. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Moves its clock on. Nobody waits. */
  async advance(seconds: number): Promise<void> {
    const answer = await fetch(`${this.url}/test/clock`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ advance_seconds: seconds }),
    });
    if (answer.status !== 204) throw new Error(`the clock did not move: ${answer.status}. Is the feature test-clock on?`);
    this.#ahead += seconds * 1000;
  }

  /** What an operator types, and what it prints. */
  command(...words: string[]): string {
    const env = environment(this.#folder, Number(new URL(this.url).port));
    const done = spawnSync(BINARY, words, { cwd: this.#folder, env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stdout}${done.stderr}`);
    return done.stdout.trim();
  }

  /** A one-time link for a further account, as an operator makes it. */
  linkFor(email: string): string {
    const printed = this.command("account", "create", email);
    const link = /https?:\/\/\S+\/welcome#\S+/.exec(printed)?.[0];
    if (!link) throw new Error(`no link: ${printed}`);
    return link;
  }

  /** The database as it lies on the disk: the file, its log, its index. */
  async databaseFiles(): Promise<{ name: string; bytes: Buffer }[]> {
    const names = (await readdir(this.#folder)).filter((name) => name.startsWith("twofold.db"));
    return Promise.all(names.map(async (name) => ({ name, bytes: await readFile(path.join(this.#folder, name)) })));
  }

  /** Ends it, and it alone, as an operator would. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const code = await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the server ended with ${code}:\n${this.#output}`);
  }

  #said(what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        this.#output += chunk.toString();
        if (what.test(this.#output)) resolve();
      };
      this.#child.stdout?.on("data", listen);
      this.#child.stderr?.on("data", listen);
      this.#ended.then((code) => reject(new Error(`the server ended with ${code}:\n${this.#output}`)), reject);
    });
  }
}

/** Nothing of ours but what is said here: the server refuses variables it does not know. */
function environment(folder: string, port: number): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("TWOFOLD_"));
  return {
    ...Object.fromEntries(inherited),
    TWOFOLD_DATABASE_URL: `sqlite://${path.join(folder, "twofold.db")}`,
    TWOFOLD_LISTEN: `127.0.0.1:${port}`,
    TWOFOLD_PUBLIC_URL: `http://localhost:${port}`,
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
