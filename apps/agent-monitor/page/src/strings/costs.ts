/** Words of the page Costs. */
export const costs = {
  title: 'Costs',
  empty: {
    title: 'No cost is known yet',
    what: 'Costs come from the tokens that agents report with their model’s answers. Sessions that only report through hooks have none until their history is read.',
    command: './proa hooks install claude',
    note: 'Lets Claude Code report here.',
  },
};
