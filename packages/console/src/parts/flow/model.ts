// Prepares money (or anything else that adds up) between parties in columns. Money that runs back is not drawn against the
// stream: its sender stands a second time at the left, under the same name, so that a circle is seen as one. The layout is
// d3-sankey's; places are shares of the width and pixels of height, so it takes any width without being measured.
import { sankey, type SankeyLink, type SankeyNode } from 'd3-sankey';
import type { ChartTable } from '../chart-frame/model.ts';

export interface FlowNode {
  readonly id: string;
  readonly label: string;
  /** From the left. */
  readonly column: number;
  /** Custom property of its colour. */
  readonly colour: string;
}
export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly why: string;
  readonly value: number;
  readonly text: string;
  /** Worth a second look: drawn in a colour of its own. */
  readonly marked: boolean;
}
export interface FlowData {
  readonly title: string;
  readonly summary: string;
  readonly nodes: readonly FlowNode[];
  readonly links: readonly FlowLink[];
  /** Of what stands behind a node: a sum of its links. */
  readonly format: (value: number) => string;
  /** Columns there are, whether or not something stands in each. */
  readonly columns: number;
}

export interface FlowBox {
  readonly key: string;
  readonly label: string;
  readonly text: string;
  readonly colour: string;
  /** 0 to 1 of the width. */
  readonly left: number;
  readonly width: number;
  /** In pixels. */
  readonly top: number;
  readonly height: number;
  /** On which side of the box its name has room. */
  readonly side: 'left' | 'right';
}
export interface FlowRibbon {
  readonly key: string;
  /** In a drawing of `WIDE` by the height. */
  readonly path: string;
  readonly marked: boolean;
  readonly text: string;
}
export interface PreparedFlow {
  readonly state: 'empty' | 'ready';
  readonly title: string;
  readonly summary: string;
  readonly height: number;
  readonly boxes: readonly FlowBox[];
  readonly ribbons: readonly FlowRibbon[];
  /** The largest, largest first: what stands where the drawing has no room. */
  readonly rows: readonly {
    readonly key: string;
    readonly way: string;
    readonly why: string;
    readonly text: string;
    readonly share: number;
    readonly marked: boolean;
  }[];
  readonly table: ChartTable | null;
}

export const WIDE = 1000;
const HEIGHT = 400;
const BOX = 10;
/** Between boxes: a line of text has to fit. */
const APART = 20;
/** Above and below: names of the outermost boxes stick out. */
const AIR = 10;
/** Where there is no room for a drawing; all of them are in the table. */
const ROWS_MOST = 12;

interface Node {
  readonly key: string;
  readonly label: string;
  readonly column: number;
  readonly colour: string;
}
interface Link {
  readonly source: string;
  readonly target: string;
  readonly value: number;
  readonly link: FlowLink;
}
type Laid = SankeyNode<Node, Link>;

export function prepareFlow(data: FlowData): PreparedFlow {
  const { title, summary, format } = data;
  const known = new Map(data.nodes.map((node) => [node.id, node]));
  const links = data.links
    .filter(({ from, to, value }) => value > 0 && known.has(from) && known.has(to))
    .toSorted((a, b) => b.value - a.value);
  const empty = { title, summary, height: HEIGHT, boxes: [], ribbons: [], rows: [], table: null } as const;
  if (links.length === 0) return { state: 'empty', ...empty };
  const graph = layOut(links, known, data.columns);
  const nameOf = (id: string): string => known.get(id)?.label ?? id;
  const most = links[0]?.value ?? 1;
  return {
    state: 'ready',
    title,
    summary,
    height: HEIGHT,
    boxes: graph.nodes.map((node) => boxOf(node, data.columns, format)),
    ribbons: graph.links.map((laid) => {
      const { from, to, why, text, marked } = laid.link;
      return {
        key: `${from} ${to} ${why}`,
        path: ribbonOf(laid),
        marked,
        text: `${nameOf(from)} to ${nameOf(to)}, ${why}: ${text}`,
      };
    }),
    rows: links.slice(0, ROWS_MOST).map(({ from, to, why, value, text, marked }) => ({
      key: `${from} ${to} ${why}`,
      way: `${nameOf(from)} → ${nameOf(to)}`,
      why,
      text,
      share: value / most,
      marked,
    })),
    table: {
      columns: ['who pays whom', 'for', 'how much'],
      rows: links.map(({ from, to, why, text }) => [`${nameOf(from)} → ${nameOf(to)}, ${why}`, why, text]),
    },
  };
}

/** What runs back leaves from a second place of its sender at the left; back to the first column, it ends in one at the right. */
function endsOf(link: FlowLink, known: ReadonlyMap<string, FlowNode>, columns: number): readonly [Node, Node] {
  const [from, to] = [known.get(link.from), known.get(link.to)];
  const [a, b] = [from?.column ?? 0, to?.column ?? columns - 1];
  const node = (id: string, column: number, again: string): Node => ({
    key: `${id}${again}`,
    label: known.get(id)?.label ?? id,
    column,
    colour: known.get(id)?.colour ?? '--cat-others',
  });
  if (a < b) return [node(link.from, a, ''), node(link.to, b, '')];
  return b > 0
    ? [node(link.from, 0, ' again'), node(link.to, b, '')]
    : [node(link.from, a, ''), node(link.to, columns - 1, ' again')];
}

function layOut(links: readonly FlowLink[], known: ReadonlyMap<string, FlowNode>, columns: number) {
  const nodes = new Map<string, Node>();
  const drawn = links.map((link): Link => {
    const [source, target] = endsOf(link, known, columns);
    for (const end of [source, target]) nodes.set(end.key, nodes.get(end.key) ?? end);
    return { source: source.key, target: target.key, value: link.value, link };
  });
  const used = [...new Set([...nodes.values()].map(({ column }) => column))].toSorted((a, b) => a - b);
  const layout = sankey<Node, Link>()
    .nodeId(({ key }) => key)
    // A column in which nothing stands this time takes no room.
    .nodeAlign(({ column }) => used.indexOf(column))
    .nodeWidth(BOX)
    .nodePadding(APART)
    .extent([
      [0, AIR],
      [WIDE, HEIGHT - AIR],
    ])
    .iterations(24);
  return layout({ nodes: [...nodes.values()].map((node) => ({ ...node })), links: drawn });
}

function boxOf(node: Laid, columns: number, format: FlowData['format']): FlowBox {
  const { x0 = 0, x1 = 0, y0 = 0, y1 = 0, value = 0, column, colour, label, key } = node;
  return {
    key,
    label,
    text: format(value),
    colour,
    left: x0 / WIDE,
    width: (x1 - x0) / WIDE,
    top: y0,
    height: Math.max(1, y1 - y0),
    side: column === columns - 1 ? 'left' : 'right',
  };
}

/** A closed shape, as thick at its ends as its value, whatever the drawing is stretched to. */
function ribbonOf({ source, target, width = 0, y0 = 0, y1 = 0 }: SankeyLink<Node, Link>): string {
  const [from, to] = [source as Laid, target as Laid];
  const [x0, x1] = [from.x1 ?? 0, to.x0 ?? 0];
  const middle = (x0 + x1) / 2;
  const half = Math.max(width, 1) / 2;
  const at = (number: number): string => number.toFixed(1);
  const [a, b, c, d] = [y0 - half, y1 - half, y1 + half, y0 + half].map(at);
  return `M${at(x0)} ${a}C${at(middle)} ${a} ${at(middle)} ${b} ${at(x1)} ${b}L${at(x1)} ${c}C${at(middle)} ${c} ${at(middle)} ${d} ${at(x0)} ${d}Z`;
}
