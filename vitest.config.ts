import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // Bounds for what hangs, not for what is slow: a busy machine takes ten times as long.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A journey's failure is easier to read without the passing ones around it.
    reporters: process.env.CI ? ['default'] : ['default'],
  },
});
