import type { Session } from '../model/session.ts';
import { placeName, shortId } from './address.ts';
import { oneLine } from './text.ts';

/** The part of its id that tells a session from those that are called the same, by its whole id. */
export type Marks = ReadonlyMap<string, string>;

/** How sessions are told apart whose `name` is the same: by the start of their ids, else by the end, else by all of it. */
export function marks(sessions: Iterable<Session>, name: (session: Session) => string): Marks {
  const byName = new Map<string, string[]>();
  for (const session of sessions) {
    const called = name(session);
    const ids = byName.get(called);
    if (ids === undefined) {
      byName.set(called, [session.id]);
    } else {
      ids.push(session.id);
    }
  }
  const result = new Map<string, string>();
  for (const ids of byName.values()) {
    if (ids.length > 1) {
      const part = [shortId, lastPart].find((short) => new Set(ids.map(short)).size === ids.length) ?? ((id: string) => oneLine(id, 120));
      ids.forEach((id) => result.set(id, part(id)));
    }
  }
  return result;
}

/** What stays of a session's name while it works: what it was asked first gives way to what it does. */
export function nameOnCard(session: Session): string {
  return session.state === 'ended' ? nameWithTitle(session) : placeName(session);
}

export function nameWithTitle(session: Session): string {
  return `${placeName(session)}\n${session.title ?? ''}`;
}

/** A session's name with its mark, if it needs one. */
export function markedName(session: Session, known: Marks): string {
  const mark = known.get(session.id);
  return mark === undefined ? placeName(session) : `${placeName(session)} ${mark}`;
}

function lastPart(id: string): string {
  return oneLine(`…${id.slice(-8)}`);
}
