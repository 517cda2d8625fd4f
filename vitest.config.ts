import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Examples import the package by its name.
  resolve: { alias: { slotstorm: fileURLToPath(new URL('./src/index.ts', import.meta.url)) } },
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['test/build-page.ts'],
    reporters: ['default', './test/plain-reporter.ts'],
    testTimeout: 120_000,
    // What is waited for may take its time on a busy machine; what never comes is told all the same.
    expect: { poll: { timeout: 30_000 } },
    // Tests of real programs in real time. Whatever computes fails again and again, and a test that did not is told by name.
    retry: process.env['CI'] === undefined ? 0 : 2,
  },
});
