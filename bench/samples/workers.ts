import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shortRun } from '../loads.js';
import { countArgument, measureAndPrint } from '../sample.js';

/** Many seeds through the command line. Run from the repository, which must be built. Usage: node workers.js WORKERS SEEDS */
const REQUESTS = 5_000;

const workers = countArgument(2, 'workers');
const seeds = countArgument(3, 'seeds');
const folder = mkdtempSync(join(tmpdir(), 'slotstorm-bench-'));
try {
  const file = join(folder, 'short-run.json');
  writeFileSync(file, JSON.stringify(shortRun(REQUESTS)));
  const values = ['bin/slotstorm.js', 'run', file, '--seeds', String(seeds), '--workers', String(workers), '--reporter', 'none', '--quiet'];
  measureAndPrint(() => {
    const { status, stderr } = spawnSync(process.execPath, values, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`expected slotstorm to pass, got exit code ${status}:\n${stderr}`);
    return { work: seeds, requests: REQUESTS };
  });
} finally {
  rmSync(folder, { recursive: true });
}
