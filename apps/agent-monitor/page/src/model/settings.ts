import { type Json, asList, asRecord, asText } from './json.ts';

/** Where a value comes from; what the profile says is not changed here. */
export type Origin = 'profile' | 'manifest' | 'settings' | 'default';
export const origins: readonly Origin[] = ['profile', 'manifest', 'settings', 'default'];

/** The choices of the person, and where each comes from. Values are addressed by JSON pointers such as `/privacy/cut_at`. */
export interface Settings {
  readonly values: Json;
  readonly from: ReadonlyMap<string, Origin>;
  readonly problems: readonly SettingFault[];
}

/** Something wrong with a value; an empty pointer means the whole. */
export interface SettingFault {
  readonly pointer: string;
  readonly message: string;
}

/** Reads the answer of `/api/settings`; null if it is none. */
export function readSettings(value: unknown): Settings | null {
  const raw = asRecord(value);
  const values = asRecord(raw?.values);
  if (raw === null || values === null) {
    return null;
  }
  const from = Object.entries(asRecord(raw.from) ?? {}).flatMap(([pointer, name]) => {
    const origin = origins.find((one) => one === name);
    return origin === undefined ? [] : [[pointer, origin] as const];
  });
  return { values, from: new Map(from), problems: readFaults(raw.problems) };
}

/** Reads what is wrong with single values: objects that name a field in one of the usual ways, or texts such as `/retention/days: too many`. */
export function readFaults(value: unknown): readonly SettingFault[] {
  return asList(value).flatMap((one) => {
    const raw = asRecord(one);
    const message = asText(raw?.message) ?? asText(raw?.what);
    if (message === null) {
      return toldFault(asText(one));
    }
    const remedy = asText(raw?.remedy);
    const field = asText(raw?.field) ?? asText(raw?.pointer) ?? asText(raw?.where) ?? '';
    return [{ pointer: pointerOf(field), message: remedy === null ? message : `${message}. ${remedy}` }];
  });
}

function toldFault(text: string | null): readonly SettingFault[] {
  if (text === null) {
    return [];
  }
  const [, field, message] = /^([\w/~[\].-]+): (.*)$/s.exec(text) ?? [];
  return field === undefined || message === undefined ? [{ pointer: '', message: text }] : [{ pointer: pointerOf(field), message }];
}

/** `budgets[0].limit_usd` and `/budgets/0/limit_usd` are the same place. */
export function pointerOf(field: string): string {
  // A place in a file ends with the pointer: `settings.json /retention/days`.
  const [, pointer] = /(?:^|\s)(\/\S*)$/.exec(field) ?? [];
  if (pointer !== undefined || field === '') {
    return pointer ?? '';
  }
  return `/${field.replaceAll('[', '.').replaceAll(']', '').split('.').filter((part) => part !== '').join('/')}`;
}

/** The value at a pointer; undefined if there is none. */
export function valueAt(values: unknown, pointer: string): unknown {
  let value = values;
  for (const name of steps(pointer)) {
    value = Array.isArray(value) ? value[Number(name)] : asRecord(value)?.[name];
  }
  return value;
}

/** The same values with another one at the pointer; objects on the way are made, undefined takes it out. */
export function withValue(values: Json, pointer: string, value: unknown): Json {
  return put(values, steps(pointer), value) as Json;
}

function put(where: unknown, path: readonly string[], value: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) {
    return value;
  }
  if (Array.isArray(where)) {
    const copy = [...(where as unknown[])];
    copy[Number(name)] = put(copy[Number(name)], rest, value);
    return copy;
  }
  const copy: Record<string, unknown> = { ...asRecord(where) };
  const inner = put(copy[name], rest, value);
  if (inner === undefined) {
    delete copy[name];
  } else {
    copy[name] = inner;
  }
  return copy;
}

/** Where the value at a pointer comes from: the nearest place above it that says so. */
export function originOf(settings: Settings, pointer: string): Origin {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const origin = settings.from.get(at);
    if (origin !== undefined) {
      return origin;
    }
  }
  return settings.from.get('') ?? 'default';
}

/** What makes `saved` into `draft`, as a JSON merge patch (RFC 7396): a member that was taken out is null. Empty if nothing changed. */
export function changes(saved: Json, draft: Json): Json {
  const changed: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(saved), ...Object.keys(draft)])) {
    const before = saved[name];
    const after = draft[name];
    const inner = [asRecord(before), asRecord(after)];
    if (inner[0] && inner[1]) {
      const within = changes(inner[0], inner[1]);
      if (Object.keys(within).length > 0) {
        changed[name] = within;
      }
    } else if (JSON.stringify(before ?? null) !== JSON.stringify(after ?? null)) {
      changed[name] = after ?? null;
    }
  }
  return changed;
}

/** What a merge patch (RFC 7396) makes of values; the reverse of `changes`. */
export function patched(values: Json, patch: Json): Json {
  const result: Record<string, unknown> = { ...values };
  for (const [name, change] of Object.entries(patch)) {
    const inner = asRecord(change);
    if (change === null) {
      delete result[name];
    } else {
      result[name] = inner === null ? change : patched(asRecord(result[name]) ?? {}, inner);
    }
  }
  return result;
}

/** How many single values a part holds; a list counts as one. */
export function countOf(part: Json): number {
  return Object.values(part).reduce<number>((sum, value) => sum + (asRecord(value) === null ? 1 : Math.max(1, countOf(value as Json))), 0);
}

function steps(pointer: string): readonly string[] {
  return pointer.split('/').slice(1).map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
