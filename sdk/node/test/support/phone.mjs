import { spawnSync } from "node:child_process";

/** Somebody's authenticator app. Every code of it is a new one: the server's clock is moved. */
export class Phone {
  #secret;
  #server;

  constructor(secret, server) {
    this.#secret = secret;
    this.#server = server;
  }

  /** Sets one up for this user. Their recovery codes come with it. */
  static async setUp(client, server, id) {
    const user = { id, label: `${id}@example.com` };
    const begun = await client.beginEnrollment({ user, kind: "totp" });
    const phone = new Phone(begun.secret, server);
    const { recovery_codes } = await client.confirmEnrollment(begun.id, { user: { id }, code: await phone.code() });
    await client.acknowledgeEnrollment(begun.id, { user: { id } });
    return Object.assign(phone, { recoveryCodes: recovery_codes });
  }

  async code() {
    await this.#server.advance(30);
    const now = new Date(Date.now() + this.#server.ahead * 1000).toISOString().slice(0, 19).replace("T", " ");
    const done = spawnSync("oathtool", ["--totp", "--base32", "--now", `${now} UTC`, this.#secret], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(`oathtool: ${done.error ?? done.stderr}`);
    return done.stdout.trim();
  }
}
