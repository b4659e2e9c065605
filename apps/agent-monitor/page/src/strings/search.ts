/** Words of the page of search results. */
export const search = {
  title: 'Search',
};
