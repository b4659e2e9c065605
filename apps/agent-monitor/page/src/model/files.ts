import { type Json, asCount, asList, asRecord, asText, asTime } from './json.ts';

/** A file that a session has edited. */
export interface TouchedFile {
  readonly path: string;
  readonly edits: number;
  readonly added: number;
  readonly removed: number;
  readonly lastAt: number | null;
}

export function readFiles(answer: Json): readonly TouchedFile[] {
  return asList(answer.files)
    .map((value) => {
      const raw = asRecord(value);
      const path = asText(raw?.path);
      return raw === null || path === null
        ? null
        : { path, edits: asCount(raw.edits), added: asCount(raw.lines_added), removed: asCount(raw.lines_removed), lastAt: asTime(raw.last_at) };
    })
    .filter((file) => file !== null);
}
