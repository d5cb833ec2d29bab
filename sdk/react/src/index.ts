"use client";

import { createElement, type CSSProperties, type DetailedHTMLProps, type HTMLAttributes, type ReactElement, useEffect, useRef } from "react";
import { load } from "./load.js";

/** An event of an element. None of them proves anything: your server asks Twofold. */
export type TwofoldEvent<Detail = null> = CustomEvent<Detail> & { readonly target: HTMLElement };

interface Props {
  /** Twofold's address, from which `embed.js` is loaded, once. Leave it out where your page loads it itself. */
  url?: string | undefined;
  /** Of your server: it answers a POST with `{"ticket": "…"}`. */
  sessionUrl?: string | undefined;
  /**
   * Your own way to a ticket, in the place of `sessionUrl`: with a bearer token, a CSRF header, at another origin. Where it throws
   * something with a `status` of 401 or 403, the element says that nobody is signed in.
   */
  fetchTicket?: (() => Promise<string>) | undefined;
  /** A ticket instead of `sessionUrl`: it opens one widget once. */
  ticket?: string | undefined;
  theme?: "light" | "dark" | "auto" | undefined;
  lang?: string | undefined;
  id?: string | undefined;
  className?: string | undefined;
  /** Custom properties, too: `{ "--twofold-accent": "#2f6b4a" }`. */
  style?: (CSSProperties & Record<`--twofold-${string}`, string>) | CSSProperties | undefined;
  /** The widget answers. */
  onReady?: ((event: TwofoldEvent) => void) | undefined;
  /** Time was up; with `sessionUrl` the element goes on by itself. */
  onExpired?: ((event: TwofoldEvent) => void) | undefined;
  /** It cannot go on, and says so on the page. */
  onError?: ((event: TwofoldEvent<{ reason: string }>) => void) | undefined;
}

export interface TwofoldSecurityProps extends Props {
  /** The user changed something: `turned_on`, `authenticator_added`, … */
  onChange?: ((event: TwofoldEvent<{ what: string }>) => void) | undefined;
}

export interface TwofoldChallengeProps extends Props {
  /** The challenge was passed. Send your form: your server redeems it. */
  onPassed?: ((event: TwofoldEvent<{ challenge: string }>) => void) | undefined;
}

/** The Security tab of whoever is signed in. */
export function TwofoldSecurity({ onChange, ...props }: TwofoldSecurityProps): ReactElement {
  return useElement("twofold-security", props, { "twofold-change": onChange });
}

/** Asks for the second factor. */
export function TwofoldChallenge({ onPassed, ...props }: TwofoldChallengeProps): ReactElement {
  return useElement("twofold-challenge", props, { "twofold-passed": onPassed });
}

type Handlers = Record<string, ((event: never) => void) | undefined>;

function useElement(tag: string, props: Props, more: Handlers): ReactElement {
  const { url, sessionUrl, fetchTicket, onReady, onExpired, onError, ...attributes } = props;
  const element = useRef<HTMLElement | null>(null);
  // Those of the last render are called: a new function for each makes no difference.
  const handlers = useRef<Handlers>({});
  useEffect(() => {
    handlers.current = { "twofold-ready": onReady, "twofold-expired": onExpired, "twofold-error": onError, ...more };
  });
  useEffect(() => {
    if (url !== undefined) load(url);
  }, [url]);
  useEffect(() => {
    const target = element.current;
    const hear = (event: Event) => handlers.current[event.type]?.(event as never);
    const names = ["ready", "change", "passed", "expired", "error"].map((name) => `twofold-${name}`);
    for (const name of names) target?.addEventListener(name, hear);
    return () => {
      for (const name of names) target?.removeEventListener(name, hear);
    };
  }, []);
  // A property, and there before the element opens anything.
  const ref = (node: HTMLElement | null) => {
    element.current = node;
    if (node) Object.assign(node, { fetchTicket: fetchTicket ?? null });
  };
  const { className, ...rest } = attributes;
  return createElement(tag, { ref, "session-url": sessionUrl, class: className, ...rest });
}

/** What the elements themselves take in JSX. */
export type TwofoldAttributes = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
  "session-url"?: string | undefined;
  ticket?: string | undefined;
  theme?: "light" | "dark" | "auto" | undefined;
  class?: string | undefined;
};

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "twofold-security": TwofoldAttributes;
      "twofold-challenge": TwofoldAttributes;
    }
  }
}
