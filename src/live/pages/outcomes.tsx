/** What a form did, told on the page that comes after it. Only these words exist, so that no link can put others there. */
const OUTCOMES = {
  released: { isGood: true, text: 'Released. The slot is free again.' },
  'released-all': { isGood: true, text: 'Released. All stuck slots are free again.' },
  'nothing-stuck': { isGood: true, text: 'Nothing was stuck any more.' },
  unknown: { isGood: true, text: 'That slot is not held any more.' },
  'not-stuck': { isGood: false, text: 'That slot is not stuck: its request is alive. Cancel the request instead.' },
  'not-offered': { isGood: false, text: 'This platform does not let accounts release slots. Ask its operator.' },
  paid: { isGood: true, text: 'Paid. The limit follows within minutes of the platform’s time.' },
  'bad-amount': { isGood: false, text: 'Nothing was paid: expected an amount from 0.01 to 1,000,000 US dollars.' },
  'not-allowed': { isGood: false, text: 'Nothing was paid: this takes a key of scope ADMIN.' },
} as const;

export type Outcome = keyof typeof OUTCOMES;

export function outcomeOf(word: unknown): Outcome | undefined {
  return typeof word === 'string' && Object.hasOwn(OUTCOMES, word) ? (word as Outcome) : undefined;
}

export function Said({ outcome }: { outcome: Outcome | undefined }) {
  if (outcome === undefined) return null;
  const { isGood, text } = OUTCOMES[outcome];
  return (
    <p class={isGood ? 'said' : 'said fail'} role={isGood ? 'status' : 'alert'}>
      {text}
    </p>
  );
}
