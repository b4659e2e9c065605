/** Words of the page Settings. */
export const settings = {
  title: 'Settings',
  empty: {
    title: 'This app’s settings are files',
    what: 'Hooks are installed from the terminal. Theme and row height are switched at the top right and kept on this device.',
    command: './proa hooks doctor claude',
    note: 'Says whether Claude Code’s hooks are installed and reach this app.',
  },
};
