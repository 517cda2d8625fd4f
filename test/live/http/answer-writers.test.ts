import { expect, it } from 'vitest';
import { sharedAnswerWriters } from '../../../src/live/http/answer-writers.js';

const route = (schema: unknown) => ({ schema, method: 'GET', url: '/', httpStatus: '200' }) as never;
const text = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: true };

it('writers of answers are compiled once a schema, whichever route and server asks', async () => {
  const [one, other] = [await sharedAnswerWriters(), await sharedAnswerWriters()];
  const writer = one(route(text));
  expect(other(route(structuredClone(text)))).toBe(writer);
  expect(writer({ a: 'x"', b: 1 })).toBe('{"a":"x\\"","b":1}');
  const strict = one(route({ ...text, additionalProperties: false }));
  expect(strict({ a: 'x', b: 1 })).toBe('{"a":"x"}');
});
