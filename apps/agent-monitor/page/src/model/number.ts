/**
 * The number that a person wrote: 1200, 0.5, 1,000,000. A comma only stands between thousands, as the page shows them; one that may be meant
 * as a decimal point, and anything else, is null.
 */
export function readNumber(text: string): number | null {
  const written = text.trim();
  if (/^-?(\d+\.?\d*|\.\d+)$/.test(written)) {
    return Number(written);
  }
  return /^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(written) ? Number(written.replaceAll(',', '')) : null;
}
