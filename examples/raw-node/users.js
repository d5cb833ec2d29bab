// The user table, as small as it gets: one JSON file. Take your database.
import { randomBytes, randomUUID, scrypt, timingSafeEqual } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";

const hash = promisify(scrypt);
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };

export class Users {
  #file;
  #byEmail;

  constructor(file) {
    this.#file = file;
    mkdirSync(path.dirname(file), { recursive: true });
    this.#byEmail = new Map(Object.entries(read(file)));
  }

  /** The new user; nothing when the address is taken. */
  async create(email, password) {
    const salt = randomBytes(16);
    const user = { id: randomUUID(), email, salt: salt.toString("hex"), hash: (await hash(password, salt, 32, COST)).toString("hex") };
    if (this.#byEmail.has(email)) return undefined;
    this.#byEmail.set(email, user);
    writeFileSync(this.#file, JSON.stringify(Object.fromEntries(this.#byEmail)), { mode: 0o600 });
    return user;
  }

  /** The user of this address and password. It takes the same time where there is none. */
  async find(email, password) {
    const user = this.#byEmail.get(email);
    const salt = Buffer.from(user?.salt ?? "00".repeat(16), "hex");
    const given = await hash(password, salt, 32, COST);
    return user && timingSafeEqual(given, Buffer.from(user.hash, "hex")) ? user : undefined;
  }
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
}
