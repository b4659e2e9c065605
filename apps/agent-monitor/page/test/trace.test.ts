import { describe, expect, it } from 'vitest';
import { inBrowser, livePages } from './live-page.ts';
import { answerSessions } from './session-scene.ts';

const id = '3fa85f64-5717';

describe.runIf(inBrowser)('the trace of a session', () => {
  const pages = livePages();
  const span = (n: number) => ({ trace_id: 't', span_id: `s${n}`, parent_span_id: null, name: `step ${n}`, kind: 'internal', started_at: new Date(1.7e12 + n).toISOString(), duration_ms: 5, status: 'ok', message: null, attributes: {} });
  const spans = (amount: number) => Array.from({ length: amount }, (_, n) => span(n));

  it('says that it is not all, and leads to the others', async () => {
    const { live } = pages;
    answerSessions(live.runtime);
    live.runtime.store({ session_id: id });
    live.runtime.spans.set(id, spans(12_345));
    await live.open(`/sessions/${id}?view=trace`);
    const more = live.page.getByRole('button', { name: 'Show more' });
    await live.page.getByText('1 to 1,000 of 12,345 spans, as they began').waitFor();
    await more.click();
    await live.page.getByText('1 to 10,000 of 12,345 spans, as they began').waitFor();
    await more.click();
    await live.page.getByText('10,001 to 12,345 of 12,345 spans, as they began').waitFor();
    await live.page.getByRole('button', { name: 'step 10000' }).waitFor();
    expect(await more.getAttribute('aria-disabled')).toBe('true');
    expect(await more.evaluate((button) => button === document.activeElement)).toBe(true);
    await live.page.getByRole('button', { name: 'Back to the first' }).click();
    await live.page.getByText('1 to 1,000 of 12,345 spans, as they began').waitFor();
    await live.expectAccessible();
  });

  it('goes on while the session lives, and leaves open what is open', async () => {
    const { live } = pages;
    answerSessions(live.runtime);
    live.runtime.store({ session_id: id });
    live.runtime.spans.set(id, spans(2));
    await live.open(`/sessions/${id}?view=trace`);
    await live.page.getByRole('button', { name: 'step 1' }).click();
    live.runtime.spans.set(id, spans(3));
    await live.page.getByRole('button', { name: 'step 2' }).waitFor();

    expect(await live.page.getByRole('button', { name: 'step 1' }).getAttribute('aria-expanded')).toBe('true');
  });
});
