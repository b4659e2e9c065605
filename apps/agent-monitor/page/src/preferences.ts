/** Choices of this device; they live beside the page, not with the account or the runtime. */
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'dense' | 'comfortable';

export function theme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

export function chooseTheme(theme: Theme): void {
  keep('theme', theme === 'system' ? null : theme);
}

export function density(): Density {
  return document.documentElement.dataset.density === 'comfortable' ? 'comfortable' : 'dense';
}

export function chooseDensity(density: Density): void {
  keep('density', density === 'dense' ? null : density);
}

/** Whether letters and signs are commands by themselves, without Ctrl or Alt (WCAG 2.2, 2.1.4). */
export function singleKeys(): boolean {
  return document.documentElement.dataset.keys !== 'off';
}

export function chooseSingleKeys(on: boolean): void {
  keep('keys', on ? null : 'off');
}

function keep(name: string, value: string | null): void {
  if (value === null) {
    delete document.documentElement.dataset[name];
  } else {
    document.documentElement.dataset[name] = value;
  }
  try {
    if (value === null) {
      localStorage.removeItem(`proa.${name}`);
    } else {
      localStorage.setItem(`proa.${name}`, value);
    }
  } catch (refused) {
    console.info('This browser keeps no choices for this page.', refused);
  }
}
