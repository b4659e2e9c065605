import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Each browser test wants a core for itself to be fast enough.
    fileParallelism: false,
    expect: { poll: { timeout: 10_000 } },
  },
});
