import { describe, expect, it, test } from 'vitest';
import { Names } from '../../src/workers/names.js';
import { workerName } from '../../src/workers/presence.js';
import { redisAddress } from '../../src/workers/redis-address.js';
import { loadRedisLibraries } from '../../src/workers/redis-libraries.js';

describe('the address of a Redis', () => {
  test.each([
    ['redis://localhost', 'redis://localhost:6379', { host: 'localhost', port: 6379, db: 0 }],
    ['redis://user:geheim@10.0.0.7:7000/3', 'redis://10.0.0.7:7000/3', { host: '10.0.0.7', port: 7000, db: 3, username: 'user', password: 'geheim' }],
    ['redis://:ge%40h%25im@h', 'redis://h:6379', { host: 'h', port: 6379, db: 0, password: 'ge@h%im' }],
    ['rediss://:geheim@h:6380/', 'rediss://h:6380', { host: 'h', port: 6380, db: 0, password: 'geheim', tls: {} }],
    ['valkey://localhost:6379', 'redis://localhost:6379', { host: 'localhost', port: 6379, db: 0 }],
    ['valkeys://localhost:6379/1', 'rediss://localhost:6379/1', { host: 'localhost', port: 6379, db: 1, tls: {} }],
    ['redis://[::1]:6380', 'redis://[::1]:6380', { host: '::1', port: 6380, db: 0 }],
    ['unix:///run/redis.sock', 'unix:///run/redis.sock', { path: '/run/redis.sock', db: 0 }],
    ['unix://me:geheim@localhost/run/r.sock?db=2', 'unix:///run/r.sock?db=2', { path: '/run/r.sock', db: 2, username: 'me', password: 'geheim' }],
  ])('%s is shown without user and password', (given, text, connection) => {
    expect(redisAddress(given, '--redis')).toEqual({ text, connection });
  });

  test.each([
    [
      'http://user:geheim@localhost',
      '--workers: expected the URL of a Redis, such as redis://localhost:6379 or rediss://user:password@host:6380/0, got an address of http://',
    ],
    ['geheim:abc@localhost', '--workers: expected the URL of a Redis, such as redis://localhost:6379 or rediss://user:password@host:6380/0, got no URL'],
    ['redis//:geheim@localhost', '--workers: expected the URL of a Redis, such as redis://localhost:6379 or rediss://user:password@host:6380/0, got no URL'],
    ['localhost geheim', '--workers: expected the URL of a Redis, such as redis://localhost:6379 or rediss://user:password@host:6380/0, got no URL'],
    ['redis://', '--workers: expected a host in the URL, such as redis://localhost:6379, got none'],
    ['redis://:geheim@localhost/jobs', '--workers: expected the number of a database after the host, such as redis://localhost:6379/0, got another path'],
    ['redis://:100%geheim@h', '--workers: expected a URL in which % begins two hexadecimal digits; a percent sign by itself is written %25'],
    [
      'unix://geheim@elsewhere/run/redis.sock',
      '--workers: expected the path of a socket, such as unix:///run/redis/redis.sock?db=0 or unix://user:password@localhost/run/redis/redis.sock, got another URL',
    ],
    ['redis://localhost/0?password=geheim', '--workers: expected nothing after the number of the database'],
  ])('%s is refused, and what was given is not repeated', (given, message) => {
    expect(() => redisAddress(given, '--workers')).toThrow(expect.objectContaining({ message }));
    expect(message).not.toContain('geheim');
  });
});

it('a prefix cannot be a part of another name', () => {
  expect(new Names('team-a').text('ab')).toBe('team-a:text:ab');
  expect(() => new Names('a:b')).toThrow('expected a prefix of 1 to 64 letters, digits, dots, dashes and underscores, got "a:b"');
  expect(() => new Names('redis://:geheim@h')).toThrow(/underscores, got something else$/);
});

it('a worker is named so that a terminal need not fear it', () => {
  expect(workerName('\u001b[31mbig-box\n')).toBe('-[31mbig-box-'.replace('[', '-'));
  expect(workerName('  ')).toBe('worker');
});

it('says what to install where the packages are missing', async () => {
  const missing = (name: string): Promise<never> => Promise.reject(Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' }));
  await expect(loadRedisLibraries(missing)).rejects.toThrow(
    'workers on other machines need two packages that are not installed here; run: npm install bullmq ioredis',
  );
});
