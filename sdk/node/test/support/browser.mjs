/** A browser without a screen: it keeps cookies, and says where its requests come from. */
export class Browser {
  cookies = new Map();
  #origin;

  constructor(origin) {
    this.#origin = origin;
  }

  get(path) {
    return this.#send(path, { method: "GET" });
  }

  /** A form of the site's own page. */
  post(path, form = {}, headers = {}) {
    const type = { "content-type": "application/x-www-form-urlencoded", "sec-fetch-site": "same-origin" };
    return this.#send(path, { method: "POST", headers: { ...type, ...headers }, body: new URLSearchParams(form).toString() });
  }

  async #send(path, { headers, ...rest }) {
    const cookie = [...this.cookies].map((pair) => pair.join("=")).join("; ");
    const answer = await fetch(this.#origin + path, { ...rest, headers: { ...headers, cookie, "user-agent": "Test/1" }, redirect: "manual" });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/Expires=Thu, 01 Jan 1970/.test(line)) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const text = await answer.text();
    return { status: answer.status, location: answer.headers.get("location"), headers: answer.headers, text };
  }
}
