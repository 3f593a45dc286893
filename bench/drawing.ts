// The drawing beside the page: bars of requests per second per cell. Plain SVG, one scale per cell, values in text.
import type { CellResult } from './hop.ts';
import type { SubjectName } from './peers.ts';
import { cellName } from './report.ts';
import { median } from './statistics.ts';

const COLOURS: Readonly<Record<SubjectName, string>> = {
  direct: '#b8b8b8',
  'bare-hop': '#6b8fb5',
  haproxy: '#8a79ab',
  portkey: '#c98a5a',
  litellm: '#b5646b',
  'any-llm': '#a8976b',
  weighbridge: '#2f7d5b',
  'weighbridge-full': '#1f5940',
};

const WIDTH = 860;
const LABEL = 220;
const BAR = 14;
const GAP = 22;

/** Bars for the cells without upstream delay: with a delay all subjects wait alike, and the table says so. */
export const drawHop = (results: readonly CellResult[]): string => {
  const shown = results.filter((result) => result.cell.delayMs === 0);
  const marks: string[] = [];
  let y = 30;
  for (const { cell, rounds } of shown) {
    const names = [...new Set(rounds.map((round) => round.subject))].filter((name) => name !== 'direct');
    const values = names.map((name) => ({
      name,
      value: median(
        rounds.filter((round) => round.subject === name && round.failed === 0).map((round) => round.perSecond),
      ),
    }));
    const most = Math.max(...values.map(({ value }) => (Number.isNaN(value) ? 0 : value)), 1);
    marks.push(`<text x="10" y="${y + 11}" font-weight="600">${cellName(cell)}</text>`);
    for (const { name, value } of values) {
      const length = Number.isNaN(value) ? 0 : ((WIDTH - LABEL - 190) * value) / most;
      const text = Number.isNaN(value) ? 'failed' : `${Math.round(value).toLocaleString('en-US')}/s`;
      marks.push(
        `<rect x="${LABEL}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" fill="${COLOURS[name]}"/>`,
        `<text x="${(LABEL + length + 6).toFixed(1)}" y="${y + 11}">${name} ${text}</text>`,
      );
      y += BAR + 3;
    }
    y += GAP;
  }
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" ` +
    `font-family="system-ui, sans-serif" font-size="12">\n<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>\n` +
    `<text x="10" y="18" font-size="14">Requests per second, zero-delay upstream; each cell has its own scale</text>\n` +
    `${marks.join('\n')}\n</svg>\n`
  );
};
