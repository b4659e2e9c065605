import { createRawSnippet } from 'svelte';
import { render } from 'svelte/server';
import { expect, it } from 'vitest';
import { Fault } from '../src/api.ts';
import { Reading } from '../src/reading.svelte.ts';
import Part from '../src/view/Part.svelte';

it('shows what was read before, and that it is not current', () => {
  const reading = new Reading(() => null, String);
  reading.value = 'as it was';
  reading.fault = new Fault('answer 503', 503);
  const children = createRawSnippet<[unknown]>((value) => ({ render: () => `<p>${String(value())}</p>` }));
  const { body } = render(Part, { props: { title: 'Hooks', reading, children } });

  expect(body).toContain('as it was');
  expect(body).toContain('Not current (answer 503)');
  expect(body).toContain('Try again');
});
