import { sleep } from 'k6';
import exec from 'k6/execution';
import http from 'k6/http';
import { GUN_NAME } from '../../../src/load/k6/play.ts';

/** When virtual time 0 was: what `setup` hands to all users. */
export interface Start {
  /** Wall clock, ms. */
  readonly epochMs: number;
  /** The same instant on this process's own clock, ms since k6 began; undefined: each user works it out to a ms. */
  readonly epochOwnMs?: number | undefined;
}

/** Waits until the load may begin. @param gunUrl answers then; null: at once */
export function waitForStart(gunUrl: string | null): Start {
  if (gunUrl === null) return { epochMs: Date.now() };
  const answer = http.get(gunUrl, { timeout: '24h', tags: { name: GUN_NAME } });
  const { epochMs } = answer.json() as { epochMs: number };
  return { epochMs, epochOwnMs: ownMs() - (exactNowMs() - epochMs) };
}

/** `Date.now()` steps by whole ms: what it says just after a step is exact. */
function exactNowMs(): number {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now;
}

/** k6 puts these objects together at every look at them, so each user looks once. */
let instance: typeof exec.instance | undefined;

/** ms since k6 began, with fractions. */
function ownMs(): number {
  instance ??= exec.instance;
  return instance.currentTestRunDuration;
}

/** Virtual time since the load began. */
export class VirtualClock {
  private readonly epochOwnMs: number;

  /** @param speed virtual µs in a µs of the wall clock */
  constructor(
    { epochMs, epochOwnMs }: Start,
    readonly speed: number,
  ) {
    this.epochOwnMs = epochOwnMs ?? ownMs() - (Date.now() - epochMs);
  }

  /** Whole virtual µs. */
  get nowUs(): number {
    return Math.round((ownMs() - this.epochOwnMs) * 1000 * this.speed);
  }

  /** Sleeps until then; not at all when it has passed. */
  sleepUntilUs(us: number): void {
    const leftUs = us - this.nowUs;
    if (leftUs > 0) sleep(leftUs / 1e6 / this.speed);
  }

  /** ms of the wall clock until then, at least 1. */
  wallMsUntil(us: number): number {
    return Math.max(1, Math.ceil((us - this.nowUs) / 1000 / this.speed));
  }
}
