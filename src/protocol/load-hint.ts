/** Header by which a load generator tells the emulator what a scenario drew for a call. fal has no such header. */
export const LOAD_HINT_HEADER = 'x-slotstorm-call';

/** What a scenario drew for a call, and what the client knows of it. */
export interface LoadHint {
  readonly mode: 'submit' | 'subscribe' | 'run';
  /** When the call was to begin, µs of the run: its first attempt counts from there. */
  readonly calledUs: number;
  /** How long its work takes, µs. */
  readonly serviceUs: number;
  /** How its work ends. */
  readonly end: 'ok' | 'failed' | 'timed-out';
  /** Earlier work of the same call had begun and was lost. */
  readonly isRepeat: boolean;
}

const ENDS: readonly string[] = ['ok', 'failed', 'timed-out'] satisfies LoadHint['end'][];
const MODES: readonly string[] = ['submit', 'subscribe', 'run'] satisfies LoadHint['mode'][];
const LONGEST = 200;
const SHAPE = /^mode=([a-z]+);called=(\d{1,16});service=(\d{1,16});end=([a-z-]+);repeat=([01])$/;

/** `mode=run;called=0;service=5000000;end=ok;repeat=0` */
export function writeLoadHint({ mode, calledUs, serviceUs, end, isRepeat }: LoadHint): string {
  return `mode=${mode};called=${calledUs};service=${serviceUs};end=${end};repeat=${isRepeat ? 1 : 0}`;
}

/** @returns undefined for what is no such hint */
export function readLoadHint(text: string): LoadHint | undefined {
  const [, mode, called, service, end, repeat] = (text.length <= LONGEST && SHAPE.exec(text)) || [];
  if (mode === undefined || end === undefined || !MODES.includes(mode) || !ENDS.includes(end)) return undefined;
  const hint = { calledUs: Number(called), serviceUs: Number(service) };
  if (!Number.isSafeInteger(hint.calledUs) || !Number.isSafeInteger(hint.serviceUs)) return undefined;
  return { ...hint, mode: mode as LoadHint['mode'], end: end as LoadHint['end'], isRepeat: repeat === '1' };
}
