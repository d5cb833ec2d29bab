// better-auth with its plugin for a second factor, behind Node's own server: `POST /api/auth/two-factor/verify-totp`.
//
// `DATABASE_URL` is `postgres://…`. `node app.mjs fill USERS SIGN-INS` makes the tables and so many users, each of whom has typed
// their password so many times, and prints for each of those a line: the secret in base32, and the cookie that waits for a code.
// `node app.mjs serve PORT` serves.

import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { twoFactor } from "better-auth/plugins";
import pg from "pg";

const [what, first, second] = process.argv.slice(2);
const options = {
  secret: "a secret of a benchmark, which is long enough",
  baseURL: "http://localhost",
  database: new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 16 }),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  plugins: [twoFactor({ issuer: "Shop" })],
};
const auth = betterAuth(options);

const cookies = (headers) => {
  const set = headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  return set.filter((cookie) => !cookie.endsWith("=")).join("; ");
};

async function person(number) {
  const [email, password] = [`user-${number}@example.com`, "correct horse battery"];
  const signedUp = await auth.api.signUpEmail({ body: { email, password, name: "Ada" }, returnHeaders: true });
  const headers = new Headers({ cookie: cookies(signedUp.headers) });
  const { totpURI } = await auth.api.enableTwoFactor({ body: { password }, headers });
  const secret = new URL(totpURI).searchParams.get("secret");
  const { code } = await auth.api.generateTOTP({ body: { secret: decoded(secret) } });
  await auth.api.verifyTOTP({ body: { code }, headers });
  for (let signIn = 0; signIn < Number(second); signIn += 1) {
    const signedIn = await auth.api.signInEmail({ body: { email, password }, returnHeaders: true });
    console.log(`${secret} ${cookies(signedIn.headers)}`);
  }
}

// What is in an app's base32 is text here.
function decoded(base32) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bits = [...base32].map((letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2))).toString();
}

if (what === "fill") {
  await (await getMigrations(options)).runMigrations();
  for (let number = 0; number < Number(first); number += 1) {
    await person(number);
  }
  await options.database.end();
} else {
  createServer(toNodeHandler(auth)).listen(Number(first), "127.0.0.1");
}
