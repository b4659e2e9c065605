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
  kindOf: {
    user_prompt: 'Prompt',
    llm_request: 'Model',
    llm_response: 'Answer',
    response: 'Reply',
    error: 'Error',
    session_start: 'Session',
    session_end: 'Session',
    plan_step: 'Plan',
    file_change: 'File',
    git_commit: 'Commit',
    tool_use: 'Tool',
    instruction_load: 'Loaded',
  } as Readonly<Record<string, string>>,
  filters: { label: 'Filters of the search', agent: 'Agent', project: 'Project', any: (what: string) => `${what}: all`, session: 'Session', remove: 'Search all sessions' },
  results: 'Results',
};
