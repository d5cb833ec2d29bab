// TypeScript of an OpenAPI document: an interface for every schema, a method for every operation.

/** The whole of src/api.ts. What it does not know it refuses, so that nothing is typed wrongly in silence. */
export function client(document) {
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => declaration(name, schema));
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => method(verb, path, operation)),
  );
  return `// Generated from the OpenAPI document of Twofold by \`npm run generate\`. Do not edit.
import { segment } from "./segment.js";

${schemas.join("\n\n")}

/** What goes with a request. */
export interface Sent {
  query?: Record<string, string | number | null | undefined>;
  body?: unknown;
  idempotencyKey?: string | undefined;
}

/** Every operation of the API. A refusal is thrown. */
export abstract class Operations {
  /** Sends one request; \`path\` is below the server's address. */
  protected abstract send<T>(method: string, path: string, sent?: Sent): Promise<T>;
${operations.filter(Boolean).join("")}}
`;
}

function declaration(name, schema) {
  const said = comment(schema.description, "");
  if (schema.type === "object") return `${said}export interface ${name} ${object(schema)}`;
  return `${said}export type ${name} = ${type(schema)};`;
}

function object({ properties = {}, required = [] }, indent = "") {
  const fields = Object.entries(properties).map(([name, schema]) => {
    const [mark, absent] = required.includes(name) ? ["", ""] : ["?", " | undefined"];
    return `${comment(described(schema), `${indent}  `)}${indent}  ${name}${mark}: ${type(schema, `${indent}  `)}${absent};\n`;
  });
  return fields.length > 0 ? `{\n${fields.join("")}${indent}}` : "{}";
}

/** A reference that may be absent stands in a \`oneOf\`, with its description. */
function described(schema) {
  return schema.description ?? schema.oneOf?.find(({ description }) => description)?.description;
}

function type(schema, indent = "") {
  if (schema.$ref) return schema.$ref.replace("#/components/schemas/", "");
  if (schema.oneOf) return schema.oneOf.map((one) => type(one, indent)).join(" | ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const types = [schema.type].flat().map((name) => {
    switch (name) {
      case "string":
      case "boolean":
      case "null":
        return name;
      case "integer":
      case "number":
        return "number";
      case "array":
        return `${type(schema.items, indent)}[]`;
      case "object":
        return schema.properties ? object(schema, indent) : "Record<string, unknown>";
      default:
        throw new Error(`no type is known for ${JSON.stringify(schema)}`);
    }
  });
  return types.join(" | ");
}

function method(verb, path, operation) {
  const { operationId, parameters = [], requestBody, responses } = operation;
  const [, good] = Object.entries(responses).find(([status]) => status.startsWith("2"));
  const answer = good.content ? type(Object.values(good.content)[0].schema, "  ") : "undefined";
  const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => `${camel(name)}: string`);
  const inQuery = parameters.filter((one) => one.in === "query");
  const query = inQuery.map(({ name, schema }) => `${name}?: ${type(schema)}`).join("; ");
  const body = requestBody && type(requestBody.content["application/json"].schema);
  const idempotent = parameters.some(({ name }) => name === "Idempotency-Key");
  const words = [
    ...inPath,
    ...(body ? [`body: ${body}`] : []),
    ...(query ? [`query: { ${query} } = {}`] : []),
    ...(idempotent ? ["idempotencyKey?: string"] : []),
  ];
  const sent = [...(query ? ["query"] : []), ...(body ? ["body"] : []), ...(idempotent ? ["idempotencyKey"] : [])];
  const address = path.replace(/\{(\w+)\}/g, (_, name) => `\${segment(${camel(name)})}`);
  const target = address === path ? JSON.stringify(path) : `\`${address}\``;
  const last = sent.length > 0 ? `, { ${sent.join(", ")} }` : "";
  return `
${comment([operation.summary, operation.description].filter(Boolean).join(".\n\n"), "  ")}  ${camel(operationId)}(${words.join(", ")}): Promise<${answer}> {
    return this.send(${JSON.stringify(verb.toUpperCase())}, ${target}${last});
  }
`;
}

const camel = (name) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

function comment(text, indent) {
  if (!text) return "";
  const lines = text.replaceAll("*/", "* /").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}
