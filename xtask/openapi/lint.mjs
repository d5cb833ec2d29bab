// `node lint.mjs http://localhost:3000/v1/openapi.json`: every error and every warning of Spectral (`spectral:oas`) and Redocly
// (`recommended`) in the document, a line each. Nothing else is fetched. It fails where there is one.
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectralCore from "@stoplight/spectral-core";
import parsers from "@stoplight/spectral-parsers";
import rulesets from "@stoplight/spectral-rulesets";

const document = await (await fetch(process.argv[2])).json();
// To Redocly a server on this machine is a mistake, as it is in a document that is published.
document.servers = [{ url: "https://twofold.test" }];
const source = JSON.stringify(document);

async function spectral() {
  const spectral = new spectralCore.Spectral();
  spectral.setRuleset({ extends: [[rulesets.oas, "recommended"]] });
  const found = await spectral.run(new spectralCore.Document(source, parsers.Json, "openapi.json"));
  return found.map(({ code, message, path }) => `spectral ${code}: ${message} (${path.join("/")})`);
}

async function redocly() {
  const config = await createConfig({ extends: ["recommended"] });
  const found = await lintFromString({ source, absoluteRef: "openapi.json", config });
  return found.map(({ ruleId, message, location }) => `redocly ${ruleId}: ${message} (${location[0]?.pointer})`);
}

const found = (await Promise.all([spectral(), redocly()])).flat();
for (const line of found) console.log(line);
console.log(`${Object.keys(document.paths).length} paths, ${found.length} findings`);
process.exitCode = found.length > 0 ? 1 : 0;
