import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build-page.ts'],
    reporters: ['default', './test/plain-reporter.ts'],
    testTimeout: 60_000,
  },
});
