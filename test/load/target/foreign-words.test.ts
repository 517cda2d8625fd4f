import { describe, expect, it } from 'vitest';
import { foreignWords, secretsOf } from '../../../src/load/target/foreign-words.js';

describe('what a server said, in a message of ours', () => {
  it('is one line without control characters, colours and direction marks', () => {
    expect(foreignWords('<html>\r\n\u001b[31m<h1>\u202eNot\u0007  found</h1>')).toBe('<html> <h1>Not found</h1>');
  });

  it('is not long', () => {
    expect(foreignWords('x'.repeat(100_000))).toHaveLength(120);
  });

  it('never holds a key that was cut in two by what nobody sees', () => {
    expect(foreignWords('bad my-secret\u202e-part, my-sec\u001b[0mret-part', secretsOf(['my-id:my-secret-part']))).toBe('bad …, …');
  });

  it('never holds a key, whole or in part', () => {
    const secrets = secretsOf(['my-id:my-secret-part', undefined]);
    expect(foreignWords('bad key my-id:my-secret-part (my-secret-part)', secrets)).toBe('bad key … (…)');
  });
});
