import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';

/** A PATH with what the script needs before it asks for Go, and perhaps a Go that says this version. */
function pathWith(go: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'slotstorm-go-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const program of ['bash', 'dirname', 'sort', 'head']) {
    const found = spawnSync('bash', ['-c', `command -v ${program}`], { encoding: 'utf8' }).stdout.trim();
    symlinkSync(found, join(folder, program));
  }
  if (go !== undefined) writeFileSync(join(folder, 'go'), `#!/usr/bin/env bash\necho ${go}\n`, { mode: 0o755 });
  return folder;
}

function install(go: string | undefined): { status: number | null; stderr: string } {
  const path = pathWith(go);
  return spawnSync(join(path, 'bash'), ['scripts/install-k6.sh'], { env: { PATH: path.concat(':/nowhere'), HOME: path }, encoding: 'utf8' });
}

describe('scripts/install-k6.sh', () => {
  it('says what is missing where there is no Go', () => {
    const { status, stderr } = install(undefined);
    expect(status).toBe(1);
    expect(stderr).toContain('expected Go 1.25 or newer on PATH, found none');
  });

  it.each(['go1.24.13', 'go1.9'])('says that %s is too old', (version) => {
    const { status, stderr } = install(version);
    expect(status).toBe(1);
    expect(stderr).toContain(`expected Go 1.25 or newer, found ${version.slice(2)}`);
  });
});
