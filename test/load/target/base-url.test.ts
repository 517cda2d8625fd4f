import { describe, expect, it, test } from 'vitest';
import { LoadError } from '../../../src/load/driver.js';
import { addressesOf, readBaseUrl } from '../../../src/load/target/base-url.js';

describe('the address of a target', () => {
  it('is scheme, host and port', () => {
    expect(readBaseUrl('http://127.0.0.1:8080').origin).toBe('http://127.0.0.1:8080');
    expect(readBaseUrl('https://example.test/').origin).toBe('https://example.test');
    expect(readBaseUrl('http://[::1]:8080').origin).toBe('http://[::1]:8080');
  });

  test.each([
    ['localhost:8080', 'It begins with http:// or https://'],
    ['', 'It begins with http:// or https://'],
    ['ftp://127.0.0.1', 'It begins with http:// or https://'],
    ['http://', 'Check its spelling'],
    ['http://127.0.0.1:99999', 'Check its spelling'],
    ['http://127.0.0.1:8080/queue', 'Leave out the path /queue: give http://127.0.0.1:8080'],
    ['http://127.0.0.1:8080/?a=b', 'Leave out what begins with ? or #'],
    ['http://127.0.0.1:8080/#x', 'Leave out what begins with ? or #'],
    ['http://fal.run', 'https://fal.run only'],
    ['https://queue.fal.run:8443', 'https://queue.fal.run only'],
  ])('is not %j', (text, advice) => {
    expect(() => readBaseUrl(text)).toThrow(LoadError);
    expect(() => readBaseUrl(text)).toThrow(advice);
  });

  it('never shows a password that stands in it', () => {
    const message = messageOf(() => readBaseUrl('http://user:hunter2@127.0.0.1:8080'));
    expect(message).toContain('name or password');
    expect(message).not.toContain('hunter2');
  });

  it('cannot move the cursor of a terminal', () => {
    expect(messageOf(() => readBaseUrl('\u001b[31mred\u0007'))).not.toMatch(/\p{Cc}/u);
  });
});

describe('where the services of a target are', () => {
  it('is below prefixes at a slotstorm', () => {
    expect(addressesOf('slotstorm', new URL('http://127.0.0.1:8080'))).toEqual({
      queueUrl: 'http://127.0.0.1:8080/queue',
      runUrl: 'http://127.0.0.1:8080/run',
      apiUrl: 'http://127.0.0.1:8080/v1',
    });
  });

  test.each(['https://fal.run', 'https://queue.fal.run'])('is at fal’s own hosts for %s', (url) => {
    expect(addressesOf('fal', new URL(url))).toEqual({ queueUrl: 'https://queue.fal.run', runUrl: 'https://fal.run', apiUrl: 'https://api.fal.ai/v1' });
  });

  it('is all one base for anything else', () => {
    const base = 'https://models.example.test';
    expect(addressesOf('fal', new URL(base))).toEqual({ queueUrl: base, runUrl: base, apiUrl: `${base}/v1` });
  });
});

function messageOf(throws: () => unknown): string {
  try {
    throws();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected it to throw');
}
