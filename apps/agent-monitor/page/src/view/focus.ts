import { tick } from 'svelte';

/** Gives the focus back to what opened a part of the page, once that part is gone; to the page if what opened it is gone, too. */
export async function giveBack(opener: HTMLElement | null | undefined): Promise<void> {
  await tick();
  const to = opener?.isConnected === true ? opener : document.getElementById('main');
  to?.focus({ preventScroll: true });
}
