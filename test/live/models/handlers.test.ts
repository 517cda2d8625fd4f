import { build, type Plugin } from 'esbuild';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../src/live/json.js';
import { defineHandlers, type Handlers, loadHandlers } from '../../../src/live/models/handlers.js';
import type { HandlerModel } from '../../../src/live/models/model.js';
import { ModelError } from '../../../src/live/models/model-error.js';
import { createShelf } from '../../../src/live/models/shelf.js';
import { contextOf } from './calls.js';

function handlerOf(handlers: Handlers, endpoint: string): HandlerModel {
  const model = createShelf({ seed: 1, handlers }).modelFor(endpoint);
  if (model.kind !== 'handler') throw new Error(`${endpoint} has no handler`);
  return model;
}

const PACKAGE = `export { defineHandlers } from './src/live/models/handlers.js'; export { ModelError } from './src/live/models/model-error.js';`;

/** As a user's module is run: bundled, with a copy of its own of what it imports from slotstorm. */
async function bundledDefault(file: string): Promise<unknown> {
  const plugin: Plugin = {
    name: 'slotstorm',
    setup: (hooks) => {
      hooks.onResolve({ filter: /^slotstorm$/ }, () => ({ path: 'slotstorm', namespace: 'slotstorm' }));
      hooks.onLoad({ filter: /.*/, namespace: 'slotstorm' }, () => ({ contents: PACKAGE, resolveDir: process.cwd() }));
    },
  };
  const { outputFiles } = await build({ entryPoints: [file], bundle: true, write: false, format: 'esm', platform: 'node', plugins: [plugin] });
  const module = (await import(`data:text/javascript,${encodeURIComponent(outputFiles[0]!.text)}`)) as { default: unknown };
  return module.default;
}

async function errorOf(work: Promise<Json>): Promise<ModelError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

describe('a handler of one’s own', () => {
  test.each([
    [500, undefined, '0', 'false'],
    [500, true, '1', 'true'],
    [503, undefined, '1', 'true'],
    [503, false, '0', 'false'],
    [429, undefined, undefined, 'false'],
    [429, true, '1', 'true'],
    [422, true, undefined, 'false'],
  ])('that fails with %i and says of another try %j marks it so', (status, retry, needsRetry, retryable) => {
    const { headers } = new ModelError(status, 'no', { retry }).answer();
    expect([headers['x-fal-needs-retry'], headers['x-fal-retryable']]).toEqual([needsRetry, retryable]);
  });

  it('has its word about another try heard from a module of its own too, and only yes or no', () => {
    const foreign = Object.assign(new Error('no'), { name: 'ModelError', status: 500, body: 'no', retry: true });
    expect(ModelError.read(foreign)?.retry).toBe(true);
    expect(ModelError.read(Object.assign(foreign, { retry: 'yes' }))).toBeUndefined();
    expect(() => new ModelError(500, 'no', { retry: 'yes' as never })).toThrow('expected retry to be true or false');
  });

  it('stands before the pretended model of its endpoint, for that endpoint only', async () => {
    const handlers = defineHandlers({ 'fal-ai/flux/dev': ({ input }) => ({ mine: input }) });
    const context = contextOf('fal-ai/flux/dev', { prompt: 'a' });
    expect(await handlerOf(handlers, 'fal-ai/flux/dev').handle(context)).toEqual({ mine: { prompt: 'a' } });
    expect(createShelf({ seed: 1, handlers }).modelFor('fal-ai/flux/schnell').kind).toBe('fake');
  });

  test.each([
    ['acme/*', 'acme/a/b', true],
    ['acme/*', 'acmeter/a', false],
    ['*', 'any/thing', true],
    ['*/chat', 'acme/v1/chat', true],
    ['*/chat', 'acme/v1/chatter', false],
    ['acme/*/v*/edit', 'acme/x/v2/edit', true],
    ['acme/*/v*/edit', 'acme/edit', false],
    ['ab*ba', 'aba', false],
    ['a.c/*', 'abc/x', false],
  ])('%s for %s: %s', (name, endpoint, fits) => {
    expect(createShelf({ seed: 1, handlers: { [name]: () => null } }).modelFor(endpoint).kind).toBe(fits ? 'handler' : 'fake');
  });

  it('a whole name goes before patterns, and the first pattern before later ones', async () => {
    const handlers: Handlers = { '*': () => 'all', 'acme/*': () => 'acme', 'acme/app': () => 'app' };
    expect(await handlerOf(handlers, 'acme/app').handle(contextOf('acme/app', {}))).toBe('app');
    expect(await handlerOf(handlers, 'acme/other').handle(contextOf('acme/other', {}))).toBe('all');
  });

  it('a pattern with many stars is walked in no time', () => {
    const handlers = { [`${'*a'.repeat(90)}*b`]: () => null };
    expect(createShelf({ seed: 1, handlers }).modelFor(`acme/${'a'.repeat(5000)}`).kind).toBe('fake');
  });

  it('answers with a status and body of its own choice', async () => {
    const handlers: Handlers = {
      'acme/app': () => {
        throw new ModelError(418, 'I am a teapot');
      },
    };
    const error = await errorOf(handlerOf(handlers, 'acme/app').handle(contextOf('acme/app', {})));
    expect(error.answer()).toMatchObject({ status: 418, body: '{"detail":"I am a teapot"}' });
  });

  test.each<[string, () => Json | Promise<Json>]>([
    [
      'an error',
      () => {
        throw new Error('secret of the house');
      },
    ],
    [
      'a text',
      () => {
        throw 'secret of the house';
      },
    ],
    ['an error, later', () => Promise.reject(new Error('secret of the house'))],
    ['a number too large for JSON', () => ({ n: 10n }) as unknown as Json],
    ['nothing', () => undefined as unknown as Json],
  ])('that gives %s is a 500 that tells callers nothing, and its log everything', async (_, handler) => {
    const context = contextOf('acme/app', {});
    const error = await errorOf(handlerOf({ 'acme/app': handler }, 'acme/app').handle(context));
    expect(error.answer()).toMatchObject({ status: 500, body: '{"detail":"Internal Server Error"}' });
    expect(context.lines).toHaveLength(1);
    expect(context.lines[0]).toMatch(/^the handler of acme\/app threw (Error: secret|secret|TypeError: )/);
  });

  it('gives what JSON makes of its output', async () => {
    const handlers: Handlers = { 'acme/app': () => ({ at: new Date(0), left: undefined }) as unknown as Json };
    expect(await handlerOf(handlers, 'acme/app').handle(contextOf('acme/app', {}))).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });
});

describe('a module of handlers', () => {
  it('is taken as it is when it is good', () => {
    const handlers = { 'acme/app': () => null, '*': () => null };
    expect(loadHandlers(handlers, 'mine.ts')).toBe(handlers);
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'expected the default export to be an object of handlers by endpoint id, as defineHandlers({...}) makes it, got none'],
    ['a function', () => null, 'got function'],
    ['a list', [], 'got an array'],
    ['an id with spaces', { 'acme app': () => null }, 'expected an endpoint id such as "acme/my-app" or a pattern such as "acme/*", got "acme app"'],
    ['an id that begins with a slash', { '/acme/app': () => null }, 'got "/acme/app"'],
    ['a text as handler', { 'acme/app': 'x' }, 'expected the handler of "acme/app" to be a function (context) => output, got string'],
  ])('that exports %s is refused in words', (_, exported, words) => {
    expect(() => loadHandlers(exported, 'mine.ts')).toThrow(words);
    expect(() => loadHandlers(exported, 'mine.ts')).toThrow(/^mine\.ts: /);
  });

  test.each([200, 399, 600, 4.5, Number.NaN])('ModelError refuses the status %s', (status) => {
    expect(() => new ModelError(status, 'x')).toThrow(`expected a status from 400 to 599, got ${status}`);
  });

  it('the example is a good one', async () => {
    const handlers = loadHandlers(await bundledDefault('examples/handlers.ts'), 'examples/handlers.ts');
    const context = contextOf('acme/thumbnails', { image_url: 'https://example.com/a.png', sizes: [64, 128] });
    expect(await handlerOf(handlers, 'acme/thumbnails').handle(context)).toMatchObject({ thumbnails: [{ width: 64 }, { width: 128 }] });
    expect(context.emitted).toHaveLength(2);
    expect((await errorOf(handlerOf(handlers, 'acme/thumbnails').handle(contextOf('acme/thumbnails', {})))).status).toBe(422);
  });
});

describe('a ModelError of another copy of the package', () => {
  const copy = (status: unknown, body: unknown): Error => Object.assign(new Error('x'), { name: 'ModelError', status, body });

  it('is read like our own', () => {
    expect(ModelError.read(copy(409, { detail: 'busy' }))?.answer()).toMatchObject({ status: 409, body: '{"detail":"busy"}' });
  });

  test.each([
    [200, 'x'],
    ['409', 'x'],
    [409, undefined],
    [409, 10n],
  ])('with status %s and body %s is none', (status, body) => {
    expect(ModelError.read(copy(status, body))).toBeUndefined();
  });
});
