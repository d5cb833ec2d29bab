import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

const BINARY = process.env.TWOFOLD_BINARY;

/** The real binary on a free port, with a fresh SQLite file of its own. */
export class Server {
  #folder;
  #child;
  #ended;
  #binary;
  #output = "";

  static async start({ binary = BINARY, port } = {}) {
    if (!binary) throw new Error("TWOFOLD_BINARY is not set: the path of the binary `twofold`");
    const server = new Server();
    server.#binary = path.resolve(binary);
    server.#folder = await mkdtemp(path.join(tmpdir(), "twofold-sdk-"));
    server.port = port ?? (await freePort());
    server.url = `http://localhost:${server.port}`;
    await server.#serve();
    return server;
  }

  /** A site, and a key of its server. */
  site({ origin = "http://shop.localhost:4000", scope = "verify,enroll", policy = [] } = {}) {
    const site = this.command("site", "create", "--name", "Shop", "--issuer", "Shop", "--origin", origin);
    if (policy.length > 0) this.command("site", "update", site, ...policy);
    return { site, key: this.command("key", "create", "--site", site, "--scope", scope) };
  }

  /** What an operator types, and what it prints. */
  command(...words) {
    const done = spawnSync(this.#binary, words, { cwd: this.#folder, env: this.#environment(), encoding: "utf8" });
    if (done.status !== 0) throw new Error(`${words.join(" ")}: ${done.stdout}${done.stderr}`);
    return done.stdout.trim();
  }

  /** Moves its clock on. Nobody waits. */
  async advance(seconds) {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ advance_seconds: seconds });
    const answer = await fetch(`${this.url}/test/clock`, { method: "POST", headers, body });
    if (answer.status !== 204) throw new Error(`the clock did not move: ${answer.status}`);
    this.ahead += seconds;
  }

  /** Seconds by which its clock is ahead of ours. */
  ahead = 0;

  async stop() {
    this.#child.kill("SIGTERM");
    await this.#ended;
    await rm(this.#folder, { recursive: true, force: true });
  }

  #environment() {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("TWOFOLD_"));
    return {
      ...Object.fromEntries(inherited),
      TWOFOLD_DATABASE_URL: `sqlite://${path.join(this.#folder, "twofold.db")}`,
      TWOFOLD_LISTEN: `127.0.0.1:${this.port}`,
      TWOFOLD_PUBLIC_URL: this.url,
    };
  }

  #serve() {
    this.#child = spawn(this.#binary, ["serve"], { cwd: this.#folder, env: this.#environment(), stdio: ["ignore", "pipe", "pipe"] });
    return new Promise((resolve, reject) => {
      const listen = (chunk) => {
        this.#output += chunk;
        if (/Twofold is ready/.test(this.#output)) resolve();
      };
      this.#child.stdout.on("data", listen);
      this.#child.stderr.on("data", listen);
      this.#child.once("error", reject);
      this.#ended = new Promise((ended) => this.#child.once("exit", ended));
      this.#ended.then((code) => reject(new Error(`the server ended with ${code}:\n${this.#output}`)));
    });
  }
}

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
