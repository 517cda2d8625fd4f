import { parse } from 'yaml';

export interface TapPoint {
  readonly ok: boolean;
  readonly number: number;
  readonly description: string;
  readonly directive: 'SKIP' | 'TODO' | undefined;
  readonly reason: string;
  readonly diagnostics: Readonly<Record<string, unknown>> | undefined;
}

const POINT = /^(not )?ok (\d+) - ((?:[^#\\]|\\[#\\])*?)(?: # (SKIP|TODO)(?: (.*))?)?$/;

/** Reads TAP 14 as the specification has it: version, plan, test points with YAML blocks, comments. Throws on any other line. */
export function readTap(text: string): { readonly points: TapPoint[]; readonly plan: number; readonly skipped: boolean } {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const lines = text.slice(0, -1).split('\n');
  if (lines.shift() !== 'TAP version 14') throw new Error('no version');
  const plan = /^1\.\.(\d+)(?: # (SKIP) .*)?$/.exec(lines.shift() ?? '');
  if (plan === null) throw new Error('no plan');
  const points: TapPoint[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    if (line.startsWith('# ')) continue;
    const match = POINT.exec(line);
    if (match === null) throw new Error(`not TAP: ${line}`);
    const [, not, number, description, directive, reason] = match;
    let diagnostics: Record<string, unknown> | undefined;
    if (lines[at + 1] === '  ---') {
      const end = lines.indexOf('  ...', at);
      if (end < 0) throw new Error('a YAML block without an end');
      diagnostics = parse(lines.slice(at + 2, end).join('\n')) as Record<string, unknown>;
      at = end;
    }
    points.push({
      ok: not === undefined,
      number: Number(number),
      description: (description as string).replace(/\\([#\\])/g, '$1'),
      directive: directive as TapPoint['directive'],
      reason: reason ?? '',
      diagnostics,
    });
  }
  return { points, plan: Number(plan[1]), skipped: plan[2] === 'SKIP' };
}
