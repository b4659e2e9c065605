import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Writes `third-party.txt` beside the page: whose packages are in the bundle, under which licences. It fails if one has no licence. */
export function thirdParty(): Plugin {
  return {
    name: 'third-party',
    apply: 'build',
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((part) => (part.type === 'chunk' ? Object.keys(part.modules) : []));
      const folders = [...new Set(modules.map(packageOf))].filter((folder) => folder !== null).sort();
      this.emitFile({ type: 'asset', fileName: 'third-party.txt', source: folders.map(notice).join(`\n${'-'.repeat(80)}\n\n`) });
    },
  };
}

/** The folder of the package that a module is of; null if it is ours. */
function packageOf(module: string): string | null {
  return /^\0?(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1] ?? null;
}

function notice(folder: string): string {
  const { name, version, license, homepage, repository } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  if (typeof license !== 'string' || file === undefined || !existsSync(join(folder, file))) {
    throw new Error(`${folder} is in the page and does not say its licence.`);
  }
  const home = homepage ?? (typeof repository === 'object' && repository !== null ? (repository as { url?: unknown }).url : repository) ?? '';
  return `${String(name)} ${String(version)} (${license}) ${String(home)}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
