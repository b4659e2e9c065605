import { Fault, send } from './api.ts';
import type { Json } from './model/json.ts';
import { type Origin, type Settings, changes, countOf, originOf, readFaults, readSettings, valueAt, withValue } from './model/settings.ts';
import { strings } from './strings.ts';

/** What a person is changing: the values as they are stored, and the values as they stand in the form. */
export class SettingsDraft {
  saved = $state.raw<Settings | null>(null);
  values = $state.raw<Json>({});
  /** What is wrong, by the pointer of its value; the empty one is the whole. */
  faults = $state.raw<ReadonlyMap<string, string>>(new Map());
  busy = $state(false);
  said = $state('');

  readonly patch: Json = $derived(this.saved === null ? {} : changes(this.saved.values, this.values));
  readonly changed: number = $derived(countOf(this.patch));

  /** Takes what the server has; what a person has changed in the form stays. */
  take(read: Settings): void {
    this.values = this.changed === 0 ? read.values : this.values;
    this.saved = read;
  }

  at(pointer: string): unknown {
    return valueAt(this.values, pointer);
  }

  set(pointer: string, value: unknown): void {
    this.values = withValue(this.values, pointer, value);
    this.said = '';
    const left = [...this.faults].filter(([at]) => at !== pointer && at !== '');
    this.faults = new Map(left);
  }

  /** Notes that what stands in a field is no value at all; null takes that back. */
  refuse(pointer: string, message: string | null): void {
    const faults = new Map(this.faults);
    if (message === null) {
      faults.delete(pointer);
    } else {
      faults.set(pointer, message);
    }
    this.faults = faults;
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
    this.said = '';
  }

  async save(): Promise<void> {
    this.busy = true;
    this.said = '';
    try {
      const read = readSettings(await send('PUT', '/api/settings', this.patch));
      this.saved = read ?? { values: this.values, from: this.saved?.from ?? new Map(), problems: [] };
      this.values = this.saved.values;
      this.faults = new Map();
      this.said = strings.settings.saved;
    } catch (thrown) {
      const fault = thrown instanceof Fault ? thrown : new Fault(String(thrown));
      const found = readFaults(fault.details).map(({ pointer, message }) => [pointer, message] as const);
      this.faults = new Map([...(found.some(([at]) => at === '') || found.length === 0 ? [['', fault.message] as const] : []), ...found]);
    } finally {
      this.busy = false;
    }
  }
}
