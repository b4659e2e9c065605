import { Fault, read } from './api.ts';
import { asList, asNumber } from './model/json.ts';
import { type Step, readStep } from './model/transcript.ts';
import { Retry } from './retry.ts';

const pageSize = 2_000;
/** More than anybody reads in one go; a session that is longer is shown up to here. */
const most = 50_000;
const restMs = 1_000;

/** The transcript of one session: read page by page, and what is new once the session has moved on. A failure is tried again. */
export class Transcript {
  steps = $state.raw<readonly Step[]>([]);
  loaded = $state.raw(false);
  fault = $state.raw<Fault | null>(null);
  busy = $state.raw(false);
  /** There is more than is shown. */
  cut = $state.raw(false);
  private again = false;
  private closed = false;
  private readonly retry = new Retry(() => void this.readOn());

  constructor(private readonly session: string) {}

  /** Reads what there is beyond the last step that is here; calls while it reads lead to one more reading. */
  async readOn(): Promise<void> {
    this.again = this.busy;
    if (this.busy || this.closed || this.cut) {
      return;
    }
    this.busy = true;
    try {
      let next: number | null = this.steps.at(-1)?.id ?? 0;
      while (next !== null && !this.closed) {
        next = await this.readPage(next);
      }
      this.loaded = true;
      this.fault = null;
      this.retry.stop();
    } catch (failure) {
      this.failed(failure instanceof Fault ? failure : new Fault(String(failure)));
    } finally {
      this.busy = false;
      if (this.again) {
        setTimeout(() => void this.readOn(), restMs);
      }
    }
  }

  close(): void {
    this.closed = true;
    this.retry.stop();
  }

  private failed(fault: Fault): void {
    this.fault = fault;
    if (fault.status === 404) {
      this.loaded = true;
    } else if (!this.closed) {
      this.retry.failed(fault);
    }
  }

  private async readPage(after: number): Promise<number | null> {
    const answer = await read(`/api/sessions/${encodeURIComponent(this.session)}/transcript?limit=${pageSize}&after=${after}`);
    const found = asList(answer.entries).map(readStep).filter((step) => step !== null);
    // A backend that does not know `after` gives all of it again.
    const known = new Set(this.steps.map(({ id }) => id));
    const steps = [...this.steps, ...found.filter(({ id }) => !known.has(id))];
    this.cut = steps.length >= most;
    this.steps = steps.slice(0, most);
    return this.cut ? null : asNumber(answer.next_after);
  }
}
