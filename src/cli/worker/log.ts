import type { WorkerLog } from '../../workers/trouble.js';
import type { Outside } from '../outside.js';

/** What somebody may have to do something about: it goes to the error stream. */
const WRONG = ['warning', 'trouble', 'failed', 'refused', 'redis-lost', 'redis-back', 'taken-back', 'given-up'];

/** A line for each event: the time, what happened, and `name=value`; or the same as JSON. */
export function workerLog(outside: Outside, { json, quiet }: { readonly json: boolean; readonly quiet: boolean }): WorkerLog {
  return (event, fields) => {
    const isWrong = WRONG.includes(event);
    if (quiet && !isWrong) return;
    const at = outside.now().toISOString();
    const line = json
      ? JSON.stringify({ at, event, ...fields })
      : [at, event, ...Object.entries(fields).map(([name, value]) => `${name}=${shown(value)}`)].join(' ');
    (isWrong ? outside.err : outside.out).write(`${plain(line)}\n`);
  };
}

/** Quoted where it would not be one word. */
function shown(value: string | number): string {
  const text = String(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
}

/** JSON leaves some characters as they are that a terminal would obey. */
function plain(line: string): string {
  return line.replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '�');
}
