import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort, type Server } from "./server.ts";

export type Kind = "node" | "raw-node" | "python";
export const KINDS: Kind[] = ["node", "raw-node", "python"];

const EXAMPLES = path.resolve(import.meta.dirname, "../../examples");
/** `cargo xtask test e2e` says where it is. */
const PYTHON = process.env.EXAMPLE_PYTHON ?? path.resolve(EXAMPLES, "../target/examples/python/bin/python");

/** A site that embeds Twofold, on another port and another host name: the real process, with users of its own. */
export class Shop {
  readonly url: string;
  /** Twofold's id of it. */
  readonly site: string;
  readonly server: Server;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  #output = "";

  private constructor(url: string, site: string, server: Server, folder: string, child: ChildProcess) {
    this.url = url;
    this.site = site;
    this.server = server;
    this.#folder = folder;
    this.#child = child;
    this.#ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => resolve(code));
    });
    this.#ended.catch(() => {});
  }

  /** One of the examples. `policy` is what `twofold site update` takes. */
  static async open(kind: Kind, server: Server, policy: string[] = []): Promise<Shop> {
    const [program, file] = kind.endsWith("node") ? [process.execPath, "server.js"] : [PYTHON, "app.py"];
    return Shop.start(server, policy, program, [file], path.join(EXAMPLES, kind), /The shop is open|Running on/);
  }

  /** A site of one file, written by the test. */
  static async start(server: Server, policy: string[], program: string, words: string[], cwd: string, ready: RegExp): Promise<Shop> {
    const port = await freePort();
    const url = `http://shop.localhost:${port}`;
    const site = server.command("site", "create", "--name", "Shop", "--issuer", "Fern & Field", "--origin", url);
    if (policy.length > 0) server.command("site", "update", site, ...policy);
    const key = server.command("key", "create", "--site", site, "--scope", "verify");
    const folder = await mkdtemp(path.join(tmpdir(), "twofold-shop-"));
    const env = {
      ...process.env,
      PORT: String(port),
      TWOFOLD_URL: server.url,
      TWOFOLD_KEY: key,
      USERS: path.join(folder, "users.json"),
      DATABASE: path.join(folder, "shop.db"),
      PYTHONUNBUFFERED: "1",
      PYTHONDONTWRITEBYTECODE: "1",
    };
    const shop = new Shop(url, site, server, folder, spawn(program, words, { cwd, env, stdio: ["ignore", "pipe", "pipe"] }));
    await shop.#said(ready);
    return shop;
  }

  /** Everything it wrote so far. */
  get output(): string {
    return this.#output;
  }

  /** What an operator changes of it at Twofold. */
  update(...policy: string[]): void {
    this.server.command("site", "update", this.site, ...policy);
  }

  async close(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  #said(what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const listen = (chunk: Buffer) => {
        this.#output += chunk.toString();
        if (what.test(this.#output)) resolve();
      };
      this.#child.stdout?.on("data", listen);
      this.#child.stderr?.on("data", listen);
      this.#ended.then((code) => reject(new Error(`the shop ended with ${code}:\n${this.#output}`)), reject);
    });
  }
}
