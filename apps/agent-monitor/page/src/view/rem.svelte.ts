let px = $state(16);

/** The reader's text size in px; rows and borders of layouts are counted in it, and follow when it changes. */
export function rem(): number {
  return px;
}

/** Measures the text size now and whenever it changes. */
export function followRem(): void {
  const probe = document.createElement('div');
  Object.assign(probe.style, { position: 'absolute', width: '1rem', height: '0' });
  document.body.append(probe);
  const measure = () => (px = probe.getBoundingClientRect().width || 16);
  measure();
  new ResizeObserver(measure).observe(probe);
}
