/**
 * Text from outside, fit for one line: line breaks become spaces, and what would be invisible or turn the reading direction is named, so
 * that a command cannot look like another one.
 */
export function oneLine(text: string, limit = 600): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return unmasked(cut.replace(/\s*[\r\n\t]+\s*/g, ' ').trim());
}

/** The same for text of many lines, whose line breaks and tabs stay. */
export function unmasked(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, nameOf);
}

function nameOf(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/** A path by its end, which tells files apart: at most `keep` names, fewer if they are long. */
export function shortPath(path: string, keep = 3): string {
  const names = path.split(/[\\/]/).filter((name) => name !== '');
  return names.length > keep ? `…/${names.slice(-keep).join('/')}` : path;
}

export function firstLine(text: string): string {
  return text.trimStart().split(/[\r\n]/, 1)[0] ?? '';
}
