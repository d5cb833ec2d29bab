/**
 * An id as one segment of a path. `.` and `..` cannot be one: every HTTP client takes them for steps in the path, so that the
 * request would be about something else. Twofold reads them behind a `~`.
 */
export function segment(id: string): string {
  if (typeof id !== "string" || id === "") {
    throw new TypeError(`${JSON.stringify(id)} cannot be an id in an address`);
  }
  return encodeURIComponent(/^~*\.\.?$/.test(id) ? `~${id}` : id);
}
