// A chart of sums by day, drawn as a picture of the page's own; what it shows is there as text, too.

import { h } from '@farthing/elements';

/** A bar: what it is of, what is written there, and how long it is: downwards, if that is below nothing. */
export interface Bar {
  label: string;
  text: string;
  value: number;
}

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 100;
const WIDTH = 300;

/** Draws bars beside each other. From the highest to the lowest they are as high as the chart. */
export function chart(caption: string, bars: Bar[]): HTMLElement {
  const most = Math.max(...bars.map(({ value }) => value), 0);
  const least = Math.min(...bars.map(({ value }) => value), 0);
  const scale = HEIGHT / (most - least || 1);
  const width = WIDTH / Math.max(bars.length, 7);
  const svg = draw('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'chart', role: 'img', 'aria-label': `${caption}. ${bars.map(({ text }) => text).join('. ')}` });
  bars.forEach(({ value, text }, i) => {
    const height = Math.max(Math.abs(value) * scale, 1);
    const zero = most * scale;
    const y = Math.max(value < 0 ? zero : zero - height, 0);
    const bar = draw('rect', { class: value < 0 ? 'bar less' : 'bar', x: i * width + width * 0.1, y, width: width * 0.8, height });
    bar.append(Object.assign(draw('title', {}), { textContent: text }));
    svg.append(bar);
  });
  const [first, last] = [bars[0]?.label ?? '', bars.length > 1 ? (bars.at(-1)?.label ?? '') : ''];
  return h('figure', {}, svg, h('figcaption', { class: 'quiet' }, `${caption}: ${[first, last].filter(Boolean).join(' – ')}`));
}

function draw(tag: string, attributes: Record<string, string | number>): SVGElement {
  const node = document.createElementNS(SVG, tag) as SVGElement;
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
  return node;
}
