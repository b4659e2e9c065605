import { Fault, send } from './api.ts';
import type { Json } from './model/json.ts';
import { readNumber } from './model/number.ts';
import { type Origin, type Settings, changes, countOf, originOf, patched, readFaults, readSettings, valueAt, withValue } from './model/settings.ts';
import { strings } from './strings.ts';

/** What a person is changing: the values as they are stored, and the values as they stand in the form. */
export class SettingsDraft {
  saved = $state.raw<Settings | null>(null);
  values = $state.raw<Json>({});
  /** What is wrong, by the pointer of its value; the empty one is the whole. */
  faults = $state.raw<ReadonlyMap<string, string>>(new Map());
  /** What stands in fields of numbers just as it was typed, by their pointers. */
  typed = $state.raw<ReadonlyMap<string, string>>(new Map());
  busy = $state(false);
  said = $state('');

  readonly patch: Json = $derived(this.saved === null ? {} : changes(this.saved.values, this.values));
  readonly changed: number = $derived(countOf(this.patch));

  /** Leaving now would lose something. */
  readonly unsaved: boolean = $derived(this.changed > 0 || this.unread().size > 0);

  /** Takes what the server has; what a person has changed in the form stays. */
  take(read: Settings): void {
    this.values = patched(read.values, this.patch);
    this.saved = read;
  }

  at(pointer: string): unknown {
    return valueAt(this.values, pointer);
  }

  set(pointer: string, value: unknown): void {
    this.values = withValue(this.values, pointer, value);
    this.said = '';
    const stays = (at: string) => at !== pointer && at !== '' && !at.startsWith(`${pointer}/`);
    this.faults = new Map([...this.faults].filter(([at]) => stays(at)));
    this.typed = new Map([...this.typed].filter(([at]) => stays(at)));
  }

  /** Takes what was typed into the field of a number that is stored as `scale` times what is shown. What is no number stays and is told. */
  type(pointer: string, text: string, scale: number): void {
    const number = readNumber(text);
    if (number === null) {
      this.faults = new Map(this.faults).set(pointer, strings.settings.noNumber);
    } else {
      this.set(pointer, Math.round(number * scale * 1e9) / 1e9);
    }
    this.typed = new Map(this.typed).set(pointer, text);
  }

  /** Someone has gone on from a field: a number that was understood is shown as the page writes it. */
  leave(pointer: string): void {
    if (!this.faults.has(pointer)) {
      this.typed = new Map([...this.typed].filter(([at]) => at !== pointer));
    }
  }

  origin(pointer: string): Origin {
    return this.saved === null ? 'default' : originOf(this.saved, pointer);
  }

  fixed(pointer: string): boolean {
    return this.origin(pointer) === 'profile';
  }

  changedAt(pointer: string): boolean {
    return JSON.stringify(valueAt(this.patch, pointer)) !== undefined;
  }

  discard(): void {
    this.values = this.saved?.values ?? {};
    this.faults = new Map();
    this.typed = new Map();
    this.said = '';
  }

  /** Stores what was changed. What someone types meanwhile is a change to what was stored. */
  async save(): Promise<void> {
    const sent = this.values;
    this.said = '';
    if (this.unread().size > 0) {
      this.faults = this.unread();
      return;
    }
    this.busy = true;
    try {
      const read = readSettings(await send('PUT', '/api/settings', this.patch));
      const since = changes(sent, this.values);
      this.saved = read ?? { values: sent, from: this.saved?.from ?? new Map(), problems: [] };
      this.values = patched(this.saved.values, since);
      this.faults = this.unread();
      this.said = this.changed === 0 && this.faults.size === 0 ? strings.settings.saved : '';
    } catch (thrown) {
      const fault = thrown instanceof Fault ? thrown : new Fault(String(thrown));
      const found = readFaults(fault.details).map(({ pointer, message }) => [pointer, message] as const);
      this.faults = new Map([...(found.some(([at]) => at === '') || found.length === 0 ? [['', fault.message] as const] : []), ...found, ...this.unread()]);
    } finally {
      this.busy = false;
    }
  }

  /** The faults of fields in which no number stands. */
  private unread(): Map<string, string> {
    return new Map([...this.typed].filter(([, text]) => readNumber(text) === null).map(([pointer]) => [pointer, strings.settings.noNumber]));
  }
}
