import { once } from "node:events";
import type { Socket } from "node:net";
import { expect } from "@playwright/test";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";
import { freePort } from "./server.ts";

/** What the mail server does with a letter. */
export type Mood = "accept" | "refuse" | "drop" | "hang" | "be down";

/** A real mail server on this machine, which can have a bad day. */
export class PostOffice {
  readonly url: string;
  readonly letters: ParsedMail[] = [];
  readonly #port: number;
  #mood: Mood = "accept";
  readonly #sockets = new Set<Socket>();
  readonly #server: SMTPServer;

  private constructor(port: number) {
    this.url = `smtp://127.0.0.1:${port}`;
    this.#port = port;
    this.#server = new SMTPServer({
      authOptional: true,
      closeTimeout: 200,
      disabledCommands: ["STARTTLS"],
      onData: (stream, session, done) => {
        if (this.#mood === "drop") return this.#sockets.forEach((socket) => socket.destroy());
        simpleParser(stream).then((letter) => {
          if (this.#mood === "hang") return;
          if (this.#mood === "refuse") return done(Object.assign(new Error("not today"), { responseCode: 451 }));
          this.letters.push(letter);
          done();
        }, done);
      },
    });
    this.#server.server.on("connection", (socket: Socket) => this.#sockets.add(socket));
    // A connection that breaks is what some tests are about.
    this.#server.on("error", () => {});
    this.#server.listen(port, "127.0.0.1");
  }

  static async open(): Promise<PostOffice> {
    const office = new PostOffice(await freePort());
    await once(office.#server.server, "listening");
    return office;
  }

  /** Has it do so from now on. Who is down takes no connection. */
  async will(mood: Mood): Promise<void> {
    const listener = this.#server.server;
    const [was, now] = [this.#mood === "be down", mood === "be down"];
    this.#mood = mood;
    if (now && !was) {
      const closed = once(listener, "close");
      listener.close();
      for (const socket of this.#sockets) socket.destroy();
      await closed;
    }
    if (was && !now) {
      listener.listen(this.#port, "127.0.0.1");
      await once(listener, "listening");
    }
  }

  /** The letter of this subject, once it is there. */
  async letter(subject: RegExp): Promise<ParsedMail> {
    const found = () => this.letters.find((letter) => subject.test(letter.subject ?? ""));
    await expect.poll(() => this.subjects.filter((one) => subject.test(one)).length, { timeout: 20_000 }).toBe(1);
    return found() as ParsedMail;
  }

  /** The letters with a code, in the order in which they came. */
  get codeLetters(): ParsedMail[] {
    return this.letters.filter(({ subject }) => /^Your code · /.test(subject ?? ""));
  }

  /** The code of the letter with this number, once it is there. */
  async code(number: number): Promise<string> {
    await expect.poll(() => this.codeLetters.length, { timeout: 20_000 }).toBe(number);
    const code = /^\s+(\d{8})$/m.exec(this.codeLetters.at(-1)?.text ?? "")?.[1];
    if (!code) throw new Error("the letter holds no code");
    return code;
  }

  get subjects(): string[] {
    return this.letters.map((letter) => letter.subject ?? "");
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** The one address that a letter is for. */
export function recipient(letter: ParsedMail): string {
  return (letter.to as AddressObject).text;
}
