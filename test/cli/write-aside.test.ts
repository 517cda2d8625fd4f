import { execFileSync } from 'node:child_process';
import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, readSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeAllAside, writeAside } from '../../src/cli/write-aside.js';
import { TestFolder } from './folder.js';
import { filesWith } from './memory-outside.js';

const tmp = new TestFolder();
const at = (name: string): string => join(tmp.path, name);
/** A program of the system, as every POSIX has it. */
const MAKE_PIPE = 'mkfifo';
const full = (): never => {
  throw new Error('disk full');
};

describe('a file that is written aside', () => {
  it('takes the place of the former one, and leaves nothing beside it', () => {
    tmp.file('a.txt', 'before');
    writeAside(filesWith({}), at('a.txt'), 'after');
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('after');
    expect(readdirSync(tmp.path)).toEqual(['a.txt']);
  });

  it('leaves the former one and nothing of itself when it cannot be put in its place', () => {
    tmp.file('a.txt', 'before');
    expect(() => writeAside(filesWith({ rename: full }), at('a.txt'), 'after')).toThrow('disk full');
    expect(readdirSync(tmp.path)).toEqual(['a.txt']);
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('before');
  });

  it('tells what went wrong first, even when nothing can be tidied up either', () => {
    const files = filesWith({
      rename: full,
      remove: () => {
        throw new Error('not permitted');
      },
    });
    expect(() => writeAside(files, at('a.txt'), 'x')).toThrow('disk full');
  });

  it('never takes the place of a device, which others write to as well', () => {
    const written: string[] = [];
    const files = filesWith({ write: (path) => void written.push(path), rename: full });
    writeAside(files, '/dev/null', 'x');
    expect(written).toEqual(['/dev/null']);
  });

  it('goes through a pipe to whoever reads there, and leaves it a pipe', () => {
    execFileSync(MAKE_PIPE, [at('p')]);
    const reader = openSync(at('p'), constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      writeAside(filesWith({}), at('p'), 'through');
      const buffer = new Uint8Array(16);
      expect(new TextDecoder().decode(buffer.subarray(0, readSync(reader, buffer)))).toBe('through');
    } finally {
      closeSync(reader);
    }
    expect(lstatSync(at('p')).isFIFO()).toBe(true);
    expect(readdirSync(tmp.path)).toEqual(['p']);
  });

  it('is written to what a link leads to, as /dev/stdout and /proc/self/fd/1 do, and the link stays', () => {
    tmp.file('a.txt', 'before, and longer');
    symlinkSync(at('a.txt'), at('link'));
    writeAside(filesWith({ rename: full }), at('link'), 'after');
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('after');
  });

  it('is put in its place whole wherever that is no device, whatever its folder is called', () => {
    const written: string[] = [];
    const files = filesWith({ write: (path) => void written.push(path), rename: () => {} });
    writeAside(files, '/dev/shm/slotstorm-of-nobody.txt', 'x');
    expect(written).toEqual([expect.stringMatching(/^\/dev\/shm\/\.slotstorm-of-nobody\.txt\.\d+\.part$/)]);
  });

  it('among several replaces none before all are written', () => {
    tmp.file('a.txt', 'before');
    const { write } = filesWith({});
    const files = filesWith({ write: (path, text) => (path.includes('b.txt') ? full() : write(path, text)) });
    const texts = [
      [at('a.txt'), 'after'],
      [at('b.txt'), 'after'],
    ] as const;
    expect(() => writeAllAside(files, texts)).toThrow('disk full');
    expect(readdirSync(tmp.path)).toEqual(['a.txt']);
    expect(readFileSync(at('a.txt'), 'utf8')).toBe('before');
  });
});
