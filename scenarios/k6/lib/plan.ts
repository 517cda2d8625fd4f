import { embedded } from 'slotstorm:plan';
import { SharedArray } from 'k6/data';
import type { PlayBook, PlayCall, PlayHead, PlayTarget } from '../../../src/load/k6/play.ts';

/** A printed script carries its plan; one that slotstorm runs is told where it lies. Where the environment names servers, they win. */
export const head: PlayHead = withEnvironment(embedded?.head ?? (JSON.parse(open(fileOf('SLOTSTORM_HEAD'))) as PlayHead));

/** Held once for all users: a copy for each would be most of their memory. */
export const targets = new SharedArray<PlayTarget>('targets', () => [...book().targets]);

const callsByFlow = head.flows.map((_, flow) => new SharedArray<PlayCall>(`calls of flow ${flow}`, () => [...(book().calls[flow] ?? [])]));

const keys = new SharedArray<string>('keys', () =>
  __ENV['SLOTSTORM_KEYS'] === undefined ? book().targets.map(keyOf) : (JSON.parse(open(fileOf('SLOTSTORM_KEYS'))) as string[]),
);

/** @returns undefined beyond the last call */
export function callOf(flow: number, number: number): PlayCall | undefined {
  return callsByFlow[flow]?.[number];
}

export function lengthOf(flow: number): number {
  return callsByFlow[flow]?.length ?? 0;
}

/** `id:secret` @param target its number */
export function credentialsOf(target: number): string {
  return keys[target] as string;
}

function book(): PlayBook {
  return embedded?.book ?? (JSON.parse(open(fileOf('SLOTSTORM_BOOK'))) as PlayBook);
}

function fileOf(variable: string): string {
  const file = __ENV[variable];
  if (file === undefined) throw new Error(`expected the environment variable ${variable}: slotstorm sets it`);
  return file;
}

/** `FAL_KEY_ACME_OLD` for the key `acme/old`, else `FAL_KEY`. */
function keyOf({ account, key }: PlayTarget): string {
  const own = `FAL_KEY_${account}_${key}`.toUpperCase().replace(/[^A-Z0-9]/g, '_');
  const credentials = __ENV[own] ?? __ENV['FAL_KEY'];
  if (credentials === undefined) throw new Error(`expected the key of ${account}/${key}, id:secret, in the environment: ${own}, or FAL_KEY for all`);
  return credentials;
}

function withEnvironment(given: PlayHead): PlayHead {
  return {
    ...given,
    queueUrl: __ENV['FAL_QUEUE_URL'] ?? given.queueUrl,
    runUrl: __ENV['FAL_RUN_URL'] ?? given.runUrl,
    takesHints: __ENV['SLOTSTORM_HINTS'] === undefined ? given.takesHints : __ENV['SLOTSTORM_HINTS'] === '1',
  };
}
