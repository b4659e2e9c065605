/** Something the palette can go to or do. */
export interface Command {
  readonly kind: string;
  readonly name: string;
  readonly hint: string;
  readonly key: string;
  readonly run: () => void;
}

/** The commands that have every typed word in their name, hint or key; those whose name begins with what was typed come first. */
export function bestOf(commands: readonly Command[], typed: string, limit: number): readonly Command[] {
  const text = typed.trim().toLowerCase();
  const words = text.split(/\s+/);
  const ranked = commands
    .filter(({ name, hint, key }) => words.every((word) => `${name}\n${hint}\n${key}`.toLowerCase().includes(word)))
    .map((command) => ({ command, rank: rankOf(command.name.toLowerCase(), text) }));
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, limit)
    .map(({ command }) => command);
}

function rankOf(name: string, text: string): number {
  const at = name.indexOf(text);
  return at === 0 ? 0 : at > 0 && /\W/.test(name.charAt(at - 1)) ? 1 : 2;
}
