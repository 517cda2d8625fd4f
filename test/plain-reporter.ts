import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends a test run with one plain line, after one for each test that passed only when it was tried again. Leaves the same in a file where CI can
 * add the counts up: `PASSED FAILED SKIPPED`, then `failed NAME` or `flaky NAME` a line.
 */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    const notes = unhandled.map(() => 'failed an error outside of any test');
    const flaky: string[] = [];
    for (const module of modules) {
      // What fails outside of a test, in a file that cannot be loaded or in a hook, counts as one failure.
      for (const part of [module, ...module.children.allSuites()]) {
        if (part.errors().length === 0) continue;
        count.failed++;
        notes.push(`failed ${part.type === 'suite' ? `${module.relativeModuleId} > ${part.fullName}` : module.relativeModuleId}`);
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'passed' || state === 'failed' ? state : 'skipped']++;
        if (state === 'failed') notes.push(`failed ${module.relativeModuleId} > ${test.fullName}`);
        else if (test.diagnostic()?.flaky === true) flaky.push(`flaky ${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    for (const note of flaky) process.stdout.write(`\n${note}`);
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    const file = process.env['SLOTSTORM_TEST_COUNTS'];
    if (file !== undefined) writeFileSync(file, [`${count.passed} ${count.failed} ${count.skipped}`, ...notes, ...flaky, ''].join('\n'));
  }
}
