import { SettingsDraft } from './settings-draft.svelte.ts';

/** What a person changes in the settings. It stays when they go to another page and come back. */
export const openSettings = new SettingsDraft();

addEventListener('beforeunload', (event) => {
  if (openSettings.unsaved) {
    event.preventDefault();
  }
});
