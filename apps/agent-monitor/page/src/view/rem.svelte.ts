/** The reader's text size in px; rows and borders of layouts are counted in it. */
export function rem(): number {
  return Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
}
