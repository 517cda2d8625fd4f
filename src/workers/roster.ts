import type { Redis } from 'ioredis';
import type { z } from 'zod';
import { askAll } from './pipelines.js';

/** A whole roster that nobody renews any more is forgotten after this, s. */
const FORGOTTEN_S = 6 * 60 * 60;
/** So that many entries do not make one giant call. */
const ENTRIES_A_CALL = 1_000;
const LONGEST_ENTRY = 4_096;
const ID = /^[0-9a-f]{12}$/;

/** Who says in Redis that it is there: entries that vanish by themselves unless they are renewed. */
export class Roster<Entry> {
  /** @param lastsMs how long an entry outlives its last renewal, by Redis' own clock */
  constructor(
    private readonly client: Redis,
    private readonly name: string,
    private readonly schema: z.ZodType<Entry>,
    private readonly lastsMs: number,
  ) {}

  /** Says so, or says it again. @returns whether Redis still knew of it */
  async renew(id: string, entry: Entry): Promise<boolean> {
    const [, added] = await askAll(this.client, (pipeline) => {
      pipeline.set(this.nameOf(id), JSON.stringify(entry), 'PX', this.lastsMs).sadd(this.name, id).expire(this.name, FORGOTTEN_S);
    });
    return added === 0;
  }

  async leave(id: string): Promise<void> {
    await askAll(this.client, (pipeline) => {
      pipeline.del(this.nameOf(id)).srem(this.name, id);
    });
  }

  /** Those whose entries have vanished: one that is there after all says so again. */
  async forget(ids: readonly string[]): Promise<void> {
    for (const some of inCalls(ids)) await this.client.srem(this.name, ...some);
  }

  /** @returns who is there, and whose entry has vanished; what is no entry is passed over */
  async read(): Promise<{ readonly present: ReadonlyMap<string, Entry>; readonly vanished: readonly string[] }> {
    const ids = (await this.client.smembers(this.name)).filter((id) => ID.test(id)).sort();
    const present = new Map<string, Entry>();
    const vanished: string[] = [];
    for (const some of inCalls(ids)) {
      const texts = await this.client.mget(some.map((id) => this.nameOf(id)));
      for (const [at, id] of some.entries()) {
        const text = texts[at] ?? undefined;
        const entry = this.entryOf(text);
        if (text === undefined) vanished.push(id);
        else if (entry !== undefined) present.set(id, entry);
      }
    }
    return { present, vanished };
  }

  private entryOf(text: string | undefined): Entry | undefined {
    return text === undefined || text.length > LONGEST_ENTRY ? undefined : this.schema.safeParse(fromJson(text)).data;
  }

  private nameOf(id: string): string {
    return `${this.name}:${id}`;
  }
}

function inCalls(ids: readonly string[]): (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / ENTRIES_A_CALL) }, (_, n) => ids.slice(n * ENTRIES_A_CALL, (n + 1) * ENTRIES_A_CALL));
}

/** @returns undefined for what is no JSON */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
