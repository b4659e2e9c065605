import uPlot from 'uplot';
import type { Series } from './chart.ts';

/** A bar wider than this, in CSS pixels, would be a wall. */
const widest = 64;

/** Draws stacked bars from one edge to the next; the bucket that begins at `incomplete` is hatched with the ground's colour. */
export function drawBars(u: uPlot, edges: readonly number[], series: readonly Series[], incomplete: number | null, colours: readonly string[], ground: string): void {
  const { ctx, bbox } = u;
  const dot = uPlot.pxRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (let index = 0; index + 1 < edges.length; index++) {
    const start = u.valToPos(edges[index] ?? 0, 'x', true);
    const wide = u.valToPos(edges[index + 1] ?? 0, 'x', true) - start;
    // Bars stand apart where there is room, and are never thinner than a dot.
    const gap = wide > 8 * dot ? Math.round(wide * 0.12) : wide > 3 * dot ? dot : 0;
    const width = Math.max(dot, Math.min(widest * dot, Math.round(wide - gap)));
    const left = Math.round(start + (wide - width) / 2);
    const top = drawStack(u, index, series, colours, left, width, dot);
    if (edges[index] === incomplete) {
      hatch(ctx, left, top, width, bbox.top + bbox.height - top, ground, dot);
    }
  }
  ctx.restore();
}

/** Gives where the stack ends at the top. */
function drawStack(u: uPlot, index: number, series: readonly Series[], colours: readonly string[], left: number, width: number, dot: number): number {
  let sum = 0;
  let bottom = Math.round(u.valToPos(0, 'y', true));
  series.forEach((one, place) => {
    const value = one.values[index] ?? null;
    if (value !== null && value > 0) {
      const seam = sum > 0 ? dot : 0;
      sum += value;
      // What is not nothing can be seen.
      const tall = Math.max(dot, Math.round(bottom - u.valToPos(sum, 'y', true)));
      u.ctx.fillStyle = colours[place] ?? '';
      u.ctx.fillRect(left, bottom - tall, width, tall > 3 * dot ? tall - seam : tall);
      bottom -= tall;
    }
  });
  return bottom;
}

function hatch(ctx: CanvasRenderingContext2D, left: number, top: number, width: number, height: number, ground: string, dot: number): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.strokeStyle = ground;
  ctx.lineWidth = 1.5 * dot;
  ctx.beginPath();
  for (let at = -height; at < width; at += 6 * dot) {
    ctx.moveTo(left + at, top + height);
    ctx.lineTo(left + at + height, top);
  }
  ctx.stroke();
  ctx.restore();
}
