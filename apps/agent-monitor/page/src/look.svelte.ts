import { type Density, type Theme, chooseDensity, chooseSingleKeys, chooseTheme, density, singleKeys, theme } from './preferences.ts';

const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** How this device shows the pages; every page follows a change at once. */
class Look {
  density = $state<Density>(density());
  theme = $state<Theme>(theme());
  singleKeys = $state(singleKeys());

  /** The height of a table's row in rem. */
  rowRem = $derived(this.density === 'dense' ? 1.75 : 2.25);

  chooseDensity(chosen: Density): void {
    this.density = chosen;
    chooseDensity(chosen);
  }

  otherDensity(): Density {
    return this.density === 'dense' ? 'comfortable' : 'dense';
  }

  chooseTheme(chosen: Theme): void {
    this.theme = chosen;
    chooseTheme(chosen);
  }

  chooseSingleKeys(on: boolean): void {
    this.singleKeys = on;
    chooseSingleKeys(on);
  }

  nextTheme(): Theme {
    return themes[(themes.indexOf(this.theme) + 1) % themes.length] ?? 'system';
  }
}

export const look = new Look();
