/** Words of the page Tools. */
export const tools = {
  title: 'Tools',
  empty: {
    title: 'No tool was called yet',
    what: 'Here stands how often agents call each tool, how often that fails, and how long it takes.',
    command: './proa hooks install claude',
    note: 'Lets Claude Code report each call.',
  },
};
