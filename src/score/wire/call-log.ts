import { foreignWords, secretsOf } from '../../load/target/foreign-words.js';

const MOST_WORDS = 400;
/** A record that nobody reads to its end shows nothing. */
const MOST_CALLS = 300;

/** One HTTP call of an experiment, without anything secret in it. */
export interface RecordedCall {
  /** Since the experiments began, on the wall clock. ms */
  readonly atMs: number;
  /** Whose key it was made with. */
  readonly by: string;
  readonly method: string;
  readonly path: string;
  /** 0: no answer came. */
  readonly status: number;
  /** The beginning of the answer, or why there was none. */
  readonly says: string;
  /** How often it was made with the same answer, apart from numbers in it, before another one came. */
  readonly times: number;
  /** When the last of these was made. ms */
  readonly lastMs: number;
}

type Call = Omit<RecordedCall, 'times' | 'lastMs'>;

/** Writes down what was asked and answered. Keys, also those that an answer makes, are struck out. */
export class CallLog {
  private calls: RecordedCall[] = [];
  private readonly secrets: string[] = [];
  /** Places of the latest records, by what was asked. */
  private readonly latest = new Map<string, number>();

  /** @param credentials `id:secret` that no record may hold */
  hide(credentials: string | undefined): void {
    this.secrets.push(...secretsOf([credentials]));
  }

  /** A call that is made again and again with the same answer is one record. */
  note(call: Call): void {
    const clean = { ...call, path: this.words(call.path), says: this.words(call.says) };
    const asked = `${clean.by} ${clean.method} ${clean.path}`;
    const place = this.latest.get(asked) ?? -1;
    const before = this.calls[place];
    if (before !== undefined && before.status === clean.status && plain(before) === plain(clean)) {
      this.calls[place] = { ...before, times: before.times + 1, lastMs: clean.atMs };
      return;
    }
    if (this.calls.length >= MOST_CALLS) return;
    this.latest.set(asked, this.calls.length);
    this.calls.push({ ...clean, times: 1, lastMs: clean.atMs });
  }

  /** What was noted since the last time. */
  take(): readonly RecordedCall[] {
    const { calls } = this;
    this.calls = [];
    this.latest.clear();
    return calls;
  }

  /** What somebody else says, fit to be shown. */
  words(text: string): string {
    return foreignWords(text, this.secrets, MOST_WORDS);
  }
}

/** Ages differ from look to look, counts of slots matter. */
function plain({ says }: Pick<RecordedCall, 'says'>): string {
  return says.replace(/"age_seconds":[\d.]+/g, '').replace(/(?:Up for|age)[^·]*/g, '');
}
