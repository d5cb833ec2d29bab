// What a running Twofold says of its API: the OpenAPI document of the binary itself.
import { Server } from "../test/support/server.mjs";

/** The document that the binary of `TWOFOLD_BINARY` serves. */
export async function documentOf(binary) {
  const server = await Server.start({ binary });
  try {
    return await (await fetch(`${server.url}/v1/openapi.json`)).json();
  } finally {
    await server.stop();
  }
}
