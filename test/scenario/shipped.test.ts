import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { slotstorm } from '../cli/memory-outside.js';

const SHIPPED = readdirSync('scenarios').filter((name) => name.endsWith('.yaml'));

describe('the shipped scenarios', () => {
  it('are all there', () => {
    expect(SHIPPED.sort()).toEqual([
      'burst-submission.yaml',
      'closed-loop.yaml',
      'direct-calls-retry.yaml',
      'impatient-clients.yaml',
      'key-revocation-mid-flight.yaml',
      'own-app-exempt.yaml',
      'per-endpoint-limit.yaml',
      'ramping-load.yaml',
      'runner-crash.yaml',
      'start-timeout-expiry.yaml',
      'tier-upgrade-while-waiting.yaml',
    ]);
  });

  test.each(SHIPPED)('%s tells its story first and names its schema', (name) => {
    const text = readFileSync(`scenarios/${name}`, 'utf8');
    expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/scenario\.schema\.json\n#\n# \S/);
    expect(text).toContain('What to expect');
  });

  test.each(SHIPPED)('%s passes its own gate with five seeds, and its summary is as it was', async (name) => {
    const ran = await slotstorm(['run', `scenarios/${name}`, '--seeds', '5', '--reporter', 'terminal']);
    expect(ran.code).toBe(0);
    await expect(ran.out).toMatchFileSnapshot(`../golden/${name.replace('.yaml', '.txt')}`);
  });
});
