// Colour arithmetic for the tests of the tokens: OKLCH to sRGB, WCAG contrast, and how a colour looks to eyes that lack
// one kind of cone (Machado, Oliveira and Fernandes 2009, full severity) or in greyscale. Written apart from the product,
// which holds no colour arithmetic at all.
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}
export type Triple = readonly [number, number, number];
export type Vision = 'normal' | 'protan' | 'deutan' | 'tritan';

type Matrix = readonly [Triple, Triple, Triple];

const SEEN: Readonly<Record<Vision, Matrix>> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** `oklch(62% 0.19 275)` or with the lightness as a fraction. Throws on anything else, so that no token slips by. */
export function parseOklch(text: string): Oklch {
  const match = /^oklch\((\d*\.?\d+)(%?) (\d*\.?\d+) (\d*\.?\d+)\)$/.exec(text.trim());
  if (match === null) throw new TypeError(`"${text}" is not oklch(L C H)`);
  const l = Number(match[1]);
  return { l: match[2] === '%' ? l / 100 : l, c: Number(match[3]), h: Number(match[4]) };
}

export function toLinear({ l, c, h }: Oklch): Triple {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

/** Whether the colour can be shown in sRGB as written, to a hair. */
export const inGamut = (colour: Oklch): boolean => toLinear(colour).every((v) => v > -0.0015 && v < 1.0015);

const clamp = (v: number): number => Math.min(1, Math.max(0, v));

const luminance = (colour: Oklch): number => {
  const [r, g, b] = toLinear(colour).map(clamp) as unknown as Triple;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(one: Oklch, other: Oklch): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

export function toLab(linear: Triple): Triple {
  const [r, g, b] = linear;
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ];
}

export function seenBy(vision: Vision, colour: Oklch): Triple {
  const [r, g, b] = toLinear(colour);
  return toLab(SEEN[vision].map((row) => clamp(row[0] * r + row[1] * g + row[2] * b)) as unknown as Triple);
}

/** Distance in OKLab, in hundredths: about 2 is just noticed side by side, 8 is told apart at a glance. */
export const distance = (one: Triple, other: Triple): number =>
  100 * Math.hypot(one[0] - other[0], one[1] - other[1], one[2] - other[2]);

/** Lightness in greyscale, 0 to 1, as OKLab sees the grey of the same luminance. */
export const greyOf = (colour: Oklch): number => Math.cbrt(luminance(colour));
