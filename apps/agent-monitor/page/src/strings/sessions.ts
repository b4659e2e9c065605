/** Words of the sessions' table and of a session's own page. */
export const sessions = {
  title: 'Sessions',
};
