/** A value as one line of YAML, as people write it: `{ lognormal: { mean: 12s, cv: 0.5 } }`. Whatever a word may hold, it is read again as it was. */
export function flowYaml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flowYaml).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).filter(([, one]) => one !== undefined);
    return pairs.length === 0 ? '{}' : `{ ${pairs.map(([key, one]) => `${wordYaml(key)}: ${flowYaml(one)}`).join(', ')} }`;
  }
  return typeof value === 'string' ? wordYaml(value) : String(value);
}

/** Letters, digits and what cannot mean anything else inside a word. */
const PLAIN = /^[A-Za-z0-9_.][A-Za-z0-9_./%+-]*$/;
/** Words that YAML takes for something else than text: numbers, dates, truth values. */
const MEANS_MORE = /^(?:[-+.\d_eE]+|0[xob][\da-f_]+|\d{4}-\d.*|true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i;

/** JSON is YAML, but for what it leaves as it is and YAML does not print. */
export function wordYaml(text: string): string {
  if (PLAIN.test(text) && !MEANS_MORE.test(text)) return text;
  return JSON.stringify(text).replace(
    /[\u007F-\u009F\u2028\u2029\uFEFF\uFFFE\uFFFF]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
