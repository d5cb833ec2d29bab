import createClient from "openapi-fetch";
// Written by the test from the running server's document.
import type { components, paths } from "./schema.d.ts";

export type Outcome = components["schemas"]["Outcome"];

/** What an authenticator app shows of this secret; another code each time. */
export type App = (secret: string) => Promise<string>;

/** Sets an authenticator up and logs in with it, as the server of a site would: nothing here is written by hand but the order. */
export async function setUpAndLogIn(url: string, key: string, app: App): Promise<Outcome> {
  const twofold = createClient<paths>({ baseUrl: url, headers: { authorization: `Bearer ${key}` } });
  const user = { id: "ada" };

  const before = await said(twofold.POST("/v1/challenges", { body: { user, action: "sign_in" } }));
  if (before.status !== "not_enrolled") throw new Error(`a stranger is asked: ${before.status}`);

  const begun = await said(twofold.POST("/v1/enrollments", { body: { user: { ...user, label: "ada@example.com" }, kind: "totp" } }));
  const { secret } = begun;
  if (!secret) throw new Error("an app is given a secret");
  const enrollment = { params: { path: { id: begun.id } } };
  const confirmed = await said(
    twofold.POST("/v1/enrollments/{id}/confirm", { ...enrollment, body: { user, code: await app(secret), name: "Pixel 9" } }),
  );
  if (confirmed.recovery_codes?.length !== 10) throw new Error("there are not ten recovery codes");
  await said(twofold.POST("/v1/enrollments/{id}/acknowledge", { ...enrollment, body: { user } }));

  const opened = await said(
    twofold.POST("/v1/challenges", {
      params: { header: { "Idempotency-Key": crypto.randomUUID() } },
      body: { user, action: "sign_in", end_user: { address: "192.0.2.7" } },
    }),
  );
  if (opened.status !== "open" || !opened.id) throw new Error(`nobody is asked: ${opened.status}`);
  const challenge = { params: { path: { id: opened.id } } };

  const wrong = await twofold.POST("/v1/challenges/{id}/answers", { ...challenge, body: { code: "nonsense" } });
  if (wrong.error?.code !== "code_malformed") throw new Error(`nonsense was answered with ${wrong.error?.code}`);
  return said(twofold.POST("/v1/challenges/{id}/answers", { ...challenge, body: { code: await app(secret) } }));
}

/** The answer, or what was refused. */
async function said<T>(asked: Promise<{ data?: T; error?: components["schemas"]["Problem"]; response: Response }>): Promise<T> {
  const { data, error, response } = await asked;
  if (error) throw new Error(`${response.status} ${error.code}: ${error.detail}`);
  return data as T;
}
