/** Words of charts. */
export const chart = {
  othersKey: 'others',
  others: 'others',
  sum: 'All',
  table: 'Table',
  time: 'Time',
  zone: (zone: string) => `Time in ${zone.replaceAll('_', ' ')}`,
  role: 'chart',
  label: (title: string, unit: string) => `${title}, ${unit}. Left and right read the values, with Shift they mark a range, Enter shows it, Escape shows all.`,
  none: 'Nothing was used in this time.',
  nothing: 'nothing used',
  notOver: 'not over yet',
};
