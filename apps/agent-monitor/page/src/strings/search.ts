/** Words of the page of search results. */
export const search = {
  title: 'Search',
  start: {
    title: 'Find anything that agents said or did',
    what: 'Type words into the search at the top: of a prompt, a command, a path, an error or an answer. All words must occur; “quoted words” stand together; a word* finds what begins so.',
  },
  hits: (hits: string, ms: string) => `${hits} found in ${ms}`,
  one: (ms: string) => `1 found in ${ms}`,
  none: { title: 'Nothing was found', what: 'Try fewer or shorter words, another kind, or clear the filters.' },
  bad: 'This search cannot be understood',
  kinds: { label: 'Kind', all: 'Everything', prompt: 'Prompts', command: 'Commands', path: 'Paths', error: 'Errors', tool: 'Tools', answer: 'Answers' },
  filters: { label: 'Filters of the search', agent: 'Agent', project: 'Project', any: (what: string) => `${what}: all`, session: 'Session', remove: 'Search all sessions' },
  results: 'Results',
};
