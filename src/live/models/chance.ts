/** One round of the 32-bit finaliser of MurmurHash3. */
function stir(state: number, word: number): number {
  let z = Math.imul(state ^ word, 0x85ebca6b) + 0x9e3779b9;
  z = Math.imul(z ^ (z >>> 15), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

/** A 32-bit number that depends on nothing but these, in this order. Numbers count as whole, up to 2^53. */
export function numberOf(...words: readonly (number | string)[]): number {
  let state = 1;
  for (const word of words) state = typeof word === 'string' ? stirText(state, word) : stir(stir(state, word | 0), Math.floor(word / 2 ** 32) | 0);
  return state >>> 0;
}

function stirText(state: number, text: string): number {
  let mixed = stir(state, text.length);
  for (let i = 0; i < text.length; i++) mixed = stir(mixed, text.charCodeAt(i));
  return mixed;
}

/** Throws of one picture, tune or text: the same number, the same throws. */
export class Dice {
  private count = 0;

  constructor(private readonly number: number) {}

  /** Uniform in [0, 1). */
  uniform(): number {
    return (stir(stir(this.number, ++this.count), 0x5bd1e995) >>> 0) / 2 ** 32;
  }

  /** Whole, from 0 to below `count`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Uniform between the two. */
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }
}
