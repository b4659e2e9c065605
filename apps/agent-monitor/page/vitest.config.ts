import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A browser and its test take turns, so two of them keep two cores busy.
    maxWorkers: 2,
    isolate: false,
    expect: { poll: { timeout: 10_000 } },
  },
});
