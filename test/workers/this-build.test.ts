import { describe, expect, it } from 'vitest';
import { thisBuild } from '../../src/cli/worker/this-build.js';
import { filesWith } from '../cli/memory-outside.js';
import { BUILD } from './worker-program.js';

const PACKAGE = {
  'cli/worker/point-thread.js':
    "import { z } from 'zod';\nimport { PointRuns } from '../../plan/point-runs.js';\nexport { keep } from '../../sim/traces.js';\n",
  'plan/point-runs.js': "import { draw } from '../core/random.js';\nconst later = () => import('../measure/late.js');\n",
  'core/random.js': "import '../plan/point-runs.js';\nexport const draw = 1;\n",
  'sim/traces.js': 'export const keep = 1;\n',
  'measure/late.js': 'export const late = 1;\n',
  'report/page.js': 'export const page = 1;\n',
};

/** The code of a package that lies in a folder. */
function codeOf(changes: Readonly<Record<string, string>> = {}, folder = '/one/dist'): string {
  const texts = new Map(Object.entries({ ...PACKAGE, ...changes }).map(([path, text]) => [`${folder}/${path}`, text]));
  const files = filesWith({ isFile: (path) => texts.has(path), readText: (path) => texts.get(path) as string });
  return thisBuild({ files, pointScript: `${folder}/cli/worker/point-thread.js` }).code;
}

describe('the build of a package', () => {
  it('is the same wherever the package lies', () => {
    expect(codeOf({}, '/node_modules/slotstorm/dist')).toBe(codeOf());
  });

  it.each(Object.keys(PACKAGE).filter((path) => !path.startsWith('report/')))('is another one when %s is, which computes', (path) => {
    expect(codeOf({ [path]: `${PACKAGE[path as keyof typeof PACKAGE]}// mended\n` })).not.toBe(codeOf());
  });

  it('is the same when only what computes nothing has changed, or is left over from a build before', () => {
    expect(codeOf({ 'report/page.js': 'export const page = 2;\n', 'core/gone.js': 'export const gone = 1;\n' })).toBe(codeOf());
  });

  it('is read from the code that runs', () => {
    expect(BUILD.code).toMatch(/^[0-9a-f]{12}$/);
    expect(BUILD.code).not.toBe(codeOf());
  });
});
