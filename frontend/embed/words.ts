/** The few words that stand outside the frame. */
export interface Words {
  lang: string;
  security: string;
  challenge: string;
  loading: string;
  failed: string;
  signedOut: string;
  again: string;
  expired: string;
  over: string;
  continue: string;
}

const WORDS: Record<string, Words> = {
  en: {
    lang: "en",
    security: "Two-factor authentication",
    challenge: "Confirm that it is you",
    loading: "Loading…",
    failed: "This part of the page could not be loaded. Check your connection, then try again.",
    signedOut: "You are signed out here. Sign in again, then load this page anew.",
    again: "Try again",
    expired: "This was open for too long.",
    over: "This took too long. Please start again.",
    continue: "Continue",
  },
  de: {
    lang: "de",
    security: "Zwei-Faktor-Authentifizierung",
    challenge: "Bestätigen Sie, dass Sie es sind",
    loading: "Wird geladen …",
    failed: "Dieser Teil der Seite konnte nicht geladen werden. Prüfen Sie Ihre Verbindung und versuchen Sie es erneut.",
    signedOut: "Sie sind hier abgemeldet. Melden Sie sich wieder an und laden Sie die Seite neu.",
    again: "Erneut versuchen",
    expired: "Dies war zu lange geöffnet.",
    over: "Das hat zu lange gedauert. Bitte beginnen Sie von vorn.",
    continue: "Weiter",
  },
};

/** The words in `lang`, or in English. */
export function words(lang: string): Words {
  return (WORDS[lang.split("-")[0]!.toLowerCase()] ?? WORDS.en)!;
}
