import { Dice } from '../../../src/live/models/chance.js';
import { BODY_FAULTS, HUGE_FAULTS } from './body-faults.js';
import type { Fault } from './fault.js';
import { HEADER_FAULTS } from './header-faults.js';
import type { Operation } from './operations.js';
import type { Shot } from './shot.js';
import { METHOD_FAULTS, TARGET_FAULTS } from './target-faults.js';

/** Requests to each operation, at least. */
export const SHOTS_PER_OPERATION = 220;

export interface Sender {
  /** `Key id:secret` of whoever may do it. */
  authorization(path: string): string;
  /** `Cookie` of somebody who is signed in, and the word that the forms of that session must say. */
  readonly session: { readonly cookie: string; readonly formToken: string };
  /** Values of path parameters. */
  values(dice: Dice): Readonly<Record<string, string>>;
}

/** Malformed requests to one operation, the same ones for the same seed: each fault alone, then faults in pairs. */
export function* malformed(operation: Operation, seed: number, sender: Sender): Generator<Shot> {
  const faults = faultsFor(operation);
  for (let n = 0; n < Math.max(SHOTS_PER_OPERATION, faults.length); n++) {
    const dice = new Dice(seed + n);
    const shot = wellFormed(operation, sender, dice);
    const once = (faults[n % faults.length] as Fault)(shot, dice);
    if (n < faults.length) {
      yield once;
      continue;
    }
    const twice = (faults[dice.below(faults.length)] as Fault)(once, dice);
    yield { ...twice, name: `${once.name} + ${twice.name}` };
  }
  if (operation.contentType !== undefined) for (const fault of HUGE_FAULTS) yield fault(wellFormed(operation, sender, new Dice(seed)), new Dice(seed));
}

/** A request that the operation would take. */
export function wellFormed(operation: Operation, sender: Sender, dice: Dice): Shot {
  const headers: [string, string][] = [['authorization', sender.authorization(operation.path)]];
  const isForm = operation.contentType === 'application/x-www-form-urlencoded';
  const text = isForm ? formOf(operation, sender.session.formToken) : JSON.stringify(operation.sample);
  if (operation.path.startsWith('/concurrency')) headers.push(['cookie', sender.session.cookie]);
  if (operation.contentType !== undefined) headers.push(['content-type', operation.contentType]);
  return {
    name: 'well-formed',
    method: operation.method,
    target: operation.target(sender.values(dice)),
    headers,
    body: operation.contentType === undefined ? undefined : Buffer.from(text),
  };
}

function faultsFor(operation: Operation): Fault[] {
  const body = operation.contentType === undefined ? BODY_FAULTS.slice(0, 12) : BODY_FAULTS;
  return [...TARGET_FAULTS, ...HEADER_FAULTS, ...METHOD_FAULTS, ...body];
}

function formOf({ sample, path }: Operation, formToken: string): string {
  // Whoever signs out has no session for the others.
  const token = path.startsWith('/concurrency') ? { form_token: formToken } : {};
  return new URLSearchParams({ ...(sample as Record<string, string>), ...token }).toString();
}
