import type { MonitorEvent } from '../model/event.ts';
import type { Session } from '../model/session.ts';
import { strings } from '../strings.ts';
import { oneLine } from './text.ts';

/** Where work happens, as people say it: project/branch, or what there is of it. */
export function placeName(where: Pick<MonitorEvent | Session, 'project' | 'branch'>): string {
  const parts = [where.project, where.branch].filter((part) => part !== null);
  return parts.length === 0 ? strings.sessions.noProject : oneLine(parts.join('/'), 120);
}

/** The start of a session's id, or all of one that is short: enough to tell two sessions of one branch apart. */
export function shortId(id: string): string {
  return oneLine(id.length > 12 ? id.slice(0, 8) : id);
}
