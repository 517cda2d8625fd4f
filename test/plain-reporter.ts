import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** Ends a test run with one plain line, and leaves the same counts in a file where CI can add them up, with a line for each test that failed. */
export default class PlainReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    const failures = unhandled.map(() => 'an error outside of any test');
    for (const module of modules) {
      // What fails outside of a test, in a file that cannot be loaded or in a hook, counts as one failure.
      for (const part of [module, ...module.children.allSuites()]) {
        if (part.errors().length === 0) continue;
        count.failed++;
        failures.push(part.type === 'suite' ? `${module.relativeModuleId} > ${part.fullName}` : module.relativeModuleId);
      }
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        count[state === 'passed' || state === 'failed' ? state : 'skipped']++;
        if (state === 'failed') failures.push(`${module.relativeModuleId} > ${test.fullName}`);
      }
    }
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    const file = process.env['SLOTSTORM_TEST_COUNTS'];
    if (file !== undefined) writeFileSync(file, [`${count.passed} ${count.failed} ${count.skipped}`, ...failures, ''].join('\n'));
  }
}
