import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { thirdParty } from './third-party.ts';

export default defineConfig({
  plugins: [svelte(), thirdParty()],
  // The client is read from its source, so that this page builds and tests without building the client first.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    target: 'es2022',
    // The engines of the windows this page is shown in; newer than that, light-dark() is left as it is.
    cssTarget: ['chrome123', 'safari17.5'],
    // The page's policy allows no data: address, so nothing may be inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
