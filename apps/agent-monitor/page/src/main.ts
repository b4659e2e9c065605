import { mount } from 'svelte';
import App from './App.svelte';
import './tokens.css';
import './page.css';
import { followRem } from './view/rem.svelte.ts';

const target = document.getElementById('app');
if (target === null) {
  throw new Error('The document has no element with the id app.');
}
followRem();
mount(App, { target });
