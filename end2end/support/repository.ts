import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../..");

export function text(file: string): Promise<string> {
  return readFile(path.join(ROOT, file), "utf8");
}

/** The texts of all sources below a folder. */
export async function texts(folder: string): Promise<string[]> {
  const entries = await readdir(path.join(ROOT, folder), { withFileTypes: true });
  const found = entries
    .filter(({ name }) => !name.endsWith(".md") && !["node_modules", "data", "__pycache__", ".venv"].includes(name))
    .map((entry) => (entry.isDirectory() ? texts(`${folder}/${entry.name}`) : text(`${folder}/${entry.name}`).then((one) => [one])));
  return (await Promise.all(found)).flat();
}

/** The lines between the marks of the examples, without comments. */
export function marked(source: string): string[] {
  const lines: string[] = [];
  let inside = false;
  for (const line of source.split("\n").map((line) => line.trim())) {
    const mark = /^(?:\/\/|#|\/\*|<!--|\{#) twofold: (begin|end)\b/.exec(line)?.[1];
    if (mark) inside = mark === "begin";
    else if (inside && line && !/^(\/\/|#|\/\*)/.test(line)) lines.push(line);
  }
  return lines;
}

/** The code blocks of a Markdown document that belong to one file, put together. */
export function snippets(document: string, title: string): string {
  const blocks = document.matchAll(/^```\w+ title="([^"]+)"\n([\s\S]*?)^```$/gm);
  return [...blocks].filter(([, name]) => name === title).map(([, , code]) => code).join("\n");
}
