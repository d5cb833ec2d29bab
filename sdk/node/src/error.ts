import type { Problem } from "./api.js";

/** Why somebody was not let in. */
export class TwofoldError extends Error {
  override readonly name = "TwofoldError";
  /**
   * Stable, for programs: a `code` of Twofold's API, or one of ours: `unreachable`, `timeout` and `answer_malformed` (Twofold
   * gave no answer that can be trusted), `another_challenge` (the answer is about somebody or something else),
   * `nothing_pending`, `signed_out`, `foreign_page`.
   */
  readonly code: string;
  /**
   * What your server answers: 409, 422 and 429 as Twofold said, for the person can do something about them. Whatever is a
   * defect of the set-up, or no answer, is 503: a 401 of Twofold's is about your key, and none of the person's business.
   */
  readonly status: number;
  /** For people. Of a defect of the set-up it says nothing: see `message`. */
  readonly detail: string;
  /** All that Twofold said, where it did. */
  readonly problem: Problem | undefined;

  constructor(code: string, status: number, detail: string, more: { message?: string; problem?: Problem; cause?: unknown } = {}) {
    super(more.message ?? detail, { cause: more.cause });
    this.code = code;
    this.status = status;
    this.detail = detail;
    this.problem = more.problem;
  }

  /** After a wrong code: tries before waiting begins. */
  get attempts_left(): number | undefined {
    return this.problem?.attempts_left ?? undefined;
  }

  /** Seconds after which it may be tried again. */
  get retry_after(): number | undefined {
    return this.problem?.retry_after ?? undefined;
  }
}

const LATER = "The second factor cannot be checked right now. Please try again in a moment.";
const FOR_THE_PERSON = [409, 422, 429];
/** 409 and 422, and yet a defect of the caller. */
const FOR_THE_CALLER = ["malformed"];

/** A refusal of Twofold. */
export function refused(problem: Problem, what: string): TwofoldError {
  const { code, status, detail } = problem;
  if (FOR_THE_PERSON.includes(status) && !FOR_THE_CALLER.includes(code)) return new TwofoldError(code, status, detail, { problem });
  const key = problem.key ? ` (key ${problem.key})` : "";
  const field = problem.field ? ` (field ${problem.field})` : "";
  return new TwofoldError(code, 503, LATER, { message: `Twofold refuses ${what}: ${status} ${code}${key}${field}: ${detail}`, problem });
}

/** There is no answer. */
export function unanswered(code: "unreachable" | "timeout" | "answer_malformed", what: string, cause?: unknown): TwofoldError {
  const words = { unreachable: "cannot be reached", timeout: "does not answer in time", answer_malformed: "answers something else" };
  return new TwofoldError(code, 503, LATER, { message: `Twofold ${words[code]}: ${what}`, cause });
}
