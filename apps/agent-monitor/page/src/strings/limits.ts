/** Words of the page Limits. */
export const limits = {
  title: 'Limits',
  empty: {
    title: 'No limit is known yet',
    what: 'Here stands how much of each rolling window is used, and when it begins anew.',
    command: './proa hooks install claude',
    note: 'Windows fill with the tokens that agents report.',
  },
};
