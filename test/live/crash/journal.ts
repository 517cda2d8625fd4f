import { existsSync, readFileSync } from 'node:fs';
import type { ClientLedger } from './client-ledger.js';

interface Line {
  readonly what: string;
  readonly id: string;
  readonly attempt: number;
  readonly life: number;
}

/** What handlers wrote down themselves: physical evidence of what was executed, whatever the server says. */
export class Journal {
  private readonly lines: readonly Line[];

  constructor(path: string) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    this.lines = text.split('\n').slice(0, -1).map(parseLine);
  }

  /** Times that a runner has begun, by request. */
  begins(): Map<string, Line[]> {
    const found = new Map<string, Line[]>();
    for (const line of this.lines) {
      if (line.what !== 'begin') continue;
      const known = found.get(line.id);
      if (known === undefined) found.set(line.id, [line]);
      else known.push(line);
    }
    return found;
  }

  /** Holds the executions against what the client side knows. */
  check(ledger: ClientLedger): void {
    const begins = this.begins();
    for (const [id, lines] of begins) checkOrder(id, lines, ledger);
    for (const { id, completedIn, cancelledIn } of ledger.requests) {
      const last = begins.get(id)?.at(-1)?.life ?? 0;
      if (completedIn !== undefined && last > completedIn) ledger.violate(`${id} was COMPLETED in life ${completedIn} and executed in life ${last}`);
      if (cancelledIn !== undefined && last > cancelledIn)
        ledger.violate(`the cancel of ${id} was accepted in life ${cancelledIn}, it was executed in life ${last}`);
    }
  }
}

/** Another execution is another attempt, in another life: within one nothing makes a runner fail. */
function checkOrder(id: string, lines: readonly Line[], ledger: ClientLedger): void {
  for (let n = 1; n < lines.length; n++) {
    const [before, after] = [lines[n - 1] as Line, lines[n] as Line];
    if (after.attempt <= before.attempt) ledger.violate(`${id}: attempt ${after.attempt} was executed after attempt ${before.attempt}`);
    if (after.life <= before.life) ledger.violate(`${id} was executed twice in life ${after.life}`);
  }
}

function parseLine(text: string): Line {
  const [what = '', id = '', attempt = '', life = ''] = text.split(' ');
  return { what, id, attempt: Number(attempt), life: Number(life) };
}
