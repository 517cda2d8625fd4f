import { describe, expect, it } from 'vitest';
import { readQuarantine } from '../../src/cli/quarantine-file.js';

const FILE = 'slotstorm.quarantine.yaml';
const ENTRY = '{ scenario: small, check: L-REL, owner: team, reason: known, until: 2027-01-15 }';

function complaintsAbout(text: string): string {
  try {
    readQuarantine(text, FILE);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('the quarantine file', () => {
  it('is a list of checks with owner, reason and last day', () => {
    const entry = { scenario: 'small', variant: undefined, check: 'L-REL', owner: 'team', reason: 'known', until: '2027-01-15', issue: undefined };
    expect(readQuarantine(`- ${ENTRY}\n`, FILE)).toEqual([entry]);
    expect(readQuarantine(`- ${ENTRY.replace('scenario:', 'issue: 7, variant: a, scenario:')}\n`, FILE)).toEqual([{ ...entry, variant: 'a', issue: '7' }]);
  });

  it('may be empty', () => {
    for (const text of ['', '# nothing is known to fail\n', '[]']) expect(readQuarantine(text, FILE)).toEqual([]);
  });

  it.each([
    ['one: 1\n', ':1:1: expected a list of entries such as'],
    [`- ${ENTRY.replace(', owner: team', '')}\n`, ':1:3: [0].owner: expected who sees to it, got nothing'],
    [`- ${ENTRY}\n- ${ENTRY.replace('2027-01-15', 'soon')}\n`, ':2:71: [1].until: expected a day such as 2027-01-15, got "soon"'],
    [`- ${ENTRY.replace('01-15', '02-30')}\n`, 'expected a day such as 2027-01-15, got "2027-02-30"'],
    [`- ${ENTRY.replace('owner', 'ownr')}\n`, 'unknown key "ownr"; did you mean "owner"?'],
    [`- ${ENTRY}\n- ${ENTRY}\n`, 'expected every check once, but entry 1 is about the same one'],
    ['- [\n', 'expected YAML or JSON'],
    ['- just a text\n', 'expected an entry such as { scenario: burst'],
  ])('%s is refused with line and column', (text, message) => {
    const complaints = complaintsAbout(text);
    expect(complaints).toMatch(/^slotstorm\.quarantine\.yaml:\d+:\d+: /);
    expect(complaints).toContain(message);
  });
});
