import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // For the classes that hold state; outside a browser their effects do not run.
  plugins: [svelte()],
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
