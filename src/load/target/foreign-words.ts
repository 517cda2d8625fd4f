const MOST_CHARACTERS = 120;

/**
 * What a server said, as part of a message for a terminal: one line, no control characters, not long. Whatever is secret is
 * struck out, for servers like to repeat what they were sent.
 */
export function foreignWords(text: string, secrets: readonly string[] = [], most = MOST_CHARACTERS): string {
  const line = struckOut(text, secrets)
    .slice(0, 8 * most)
    .replace(/\p{Cc}\[[0-9;:?]*[A-Za-z]/gu, '')
    .replace(/\p{Bidi_Control}|\p{Surrogate}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  // Once more: what was taken out may have hidden a secret.
  const words = struckOut(line, secrets);
  return words.length > most ? `${words.slice(0, most - 1)}…` : words;
}

/** A text without the secrets in it. */
function struckOut(text: string, secrets: readonly string[]): string {
  let words = text;
  for (const secret of secrets) if (secret !== '') words = words.replaceAll(secret, '…');
  return words;
}

/** The secrets in a list of `id:secret`: whole, and the part after the colon. */
export function secretsOf(credentials: readonly (string | undefined)[]): string[] {
  return credentials.flatMap((one) => {
    if (one === undefined) return [];
    const colon = one.indexOf(':');
    // A short secret would strike out half of every sentence.
    return colon < 0 || one.length - colon <= 4 ? [one] : [one, one.slice(colon + 1)];
  });
}
