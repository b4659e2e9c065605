import { defineConfig } from 'vitest/config';

/** Takes pictures of the page for people to look at, into the folder PROA_SHOTS names. */
export default defineConfig({ test: { include: ['test/gallery*.ts'], environment: 'node', testTimeout: 20_000, hookTimeout: 60_000 } });
