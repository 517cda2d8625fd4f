import { ApiError, createFalClient, type FalClient } from '@fal-ai/client';
import { expect, type TestContext } from 'vitest';
import { localFetch } from '../../src/live/client-environment.js';
import type { Emulator } from '../../src/live/emulator.js';
import { type SceneOptions, startScene } from './scene.js';
import { type Mishap, type PassedCall, UnreliableFront } from './unreliable-front.js';

export const CANCELS = /\/cancel$/;
export const STATUS_POLLS = /\/status\?/;

/** An emulator and the real client of JavaScript. */
export interface Scene {
  readonly emulator: Emulator;
  readonly fal: FalClient;
}

export type AtEnd = TestContext['onTestFinished'];

/** @param atEnd of the test itself: tests run at the same time */
export async function scene(atEnd: AtEnd, key = 'app/main', options: SceneOptions = {}): Promise<Scene> {
  const emulator = await startScene(options);
  atEnd(() => emulator.close(0));
  return { emulator, fal: createFalClient({ credentials: emulator.credentials(key), fetch: emulator.fetch }) };
}

export async function sceneBehindFront(
  atEnd: AtEnd,
  mishapOf: (call: PassedCall, earlier: number) => Mishap | undefined,
  key = 'app/main',
): Promise<Scene & { readonly front: UnreliableFront }> {
  const { emulator } = await scene(atEnd, key);
  const front = await UnreliableFront.before(emulator.url, mishapOf);
  atEnd(() => front.close());
  return { emulator, front, fal: createFalClient({ credentials: emulator.credentials(key), fetch: localFetch(front.url) }) };
}

/** What a promise was rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<ApiError<unknown>> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError<unknown>;
}
