#!/usr/bin/env node
import { existsSync } from 'node:fs';

const entry = new URL('../dist/cli/bin.js', import.meta.url);
if (existsSync(entry)) {
  await import(entry.href);
} else {
  process.stderr.write('slotstorm: not built yet: run npm ci (or npm run build) first\n');
  process.exitCode = 104;
}
