import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PointLibrary } from '../../src/workers/point-library.js';
import { MissingText } from '../../src/workers/texts.js';
import { BUILD } from './worker-program.js';

/** Redis, as a worker that fetches texts sees it. */
class TextsInHand {
  readonly asked: string[] = [];
  private readonly texts = new Map<string, Buffer | Promise<Buffer>>();

  /** @returns its name */
  add(text: Buffer | Promise<Buffer>): string {
    const name = randomBytes(32).toString('hex');
    this.texts.set(name, text);
    return name;
  }

  async get(name: string): Promise<Buffer> {
    this.asked.push(name);
    const text = await this.texts.get(name);
    if (text === undefined) throw new MissingText('gone');
    return text;
  }

  timesOf(name: string): number {
    return this.asked.filter((asked) => asked === name).length;
  }
}

/** A job whose point replays recordings. */
function jobOf(texts: TextsInHand, ...recordings: readonly string[]) {
  const files = Object.fromEntries(recordings.map((sha256, at) => [`${at}.csv`, sha256]));
  return { ...BUILD, document: texts.add(Buffer.from(JSON.stringify({ input: {}, files }))), seeds: [1] };
}

describe('what a worker keeps of points', () => {
  it('asks for a recording once, as long as there is room for it', async () => {
    const texts = new TextsInHand();
    const library = new PointLibrary(texts, 250);
    const [one, two, three] = [1, 2, 3].map((fill) => texts.add(Buffer.alloc(100, fill))) as [string, string, string];
    for (const recording of [one, two, one, two]) await library.work(jobOf(texts, recording));
    expect([one, two].map((name) => texts.timesOf(name))).toEqual([1, 1]);
    // The third takes the place of the first, which was used longest ago.
    for (const recording of [three, two, one]) await library.work(jobOf(texts, recording));
    expect([one, two, three].map((name) => texts.timesOf(name))).toEqual([2, 1, 1]);
  });

  it('keeps one that is longer than all the room, until another comes', async () => {
    const texts = new TextsInHand();
    const library = new PointLibrary(texts, 250);
    const long = texts.add(Buffer.alloc(1_000));
    for (const _ of [1, 2]) await library.work(jobOf(texts, long));
    expect(texts.timesOf(long)).toBe(1);
    await library.work(jobOf(texts, texts.add(Buffer.alloc(1))));
    await library.work(jobOf(texts, long));
    expect(texts.timesOf(long)).toBe(2);
  });

  it('counts right when several come at once', async () => {
    const texts = new TextsInHand();
    const library = new PointLibrary(texts, 250);
    const many = Array.from({ length: 6 }, (_, fill) => texts.add(Buffer.alloc(100, fill)));
    await Promise.all(many.map((name) => library.work(jobOf(texts, name))));
    const kept = [texts.add(Buffer.alloc(100)), texts.add(Buffer.alloc(100))];
    for (const name of [...kept, ...kept]) await library.work(jobOf(texts, name));
    expect(kept.map((name) => texts.timesOf(name))).toEqual([1, 1]);
    await library.work(jobOf(texts, many[5] as string));
    expect(texts.timesOf(many[5] as string)).toBe(2);
  });

  it('a recording that cannot be had fails no job but its own', async () => {
    const texts = new TextsInHand();
    const library = new PointLibrary(texts, 50);
    let lose = (_: Error): void => undefined;
    const lost = texts.add(
      new Promise<Buffer>((_resolve, reject) => {
        lose = reject;
      }),
    );
    const hers = library.work(jobOf(texts, lost));
    const failed = expect(hers).rejects.toThrow('lost on the way');
    await expect.poll(() => texts.timesOf(lost)).toBe(1);
    // Too long for the room: others must go, but one of them is still on its way.
    const mine = library.work(jobOf(texts, texts.add(Buffer.alloc(100, 7))));
    await expect.poll(() => texts.asked.length).toBe(4);
    lose(new Error('lost on the way'));
    expect(Buffer.from((await mine).files['0.csv'] as SharedArrayBuffer)).toEqual(Buffer.alloc(100, 7));
    await failed;
  });

  it('forgets points, but not those in use', async () => {
    const texts = new TextsInHand();
    const library = new PointLibrary(texts);
    const jobs = Array.from({ length: 70 }, () => jobOf(texts));
    const [first, used] = jobs as [(typeof jobs)[0], (typeof jobs)[0]];
    for (const job of jobs) {
      await library.work(job);
      await library.work(used);
    }
    await library.work(first);
    expect([first, used].map(({ document }) => texts.timesOf(document))).toEqual([2, 1]);
  });
});
