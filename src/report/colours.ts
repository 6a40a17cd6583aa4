/** Paints text; the command line passes picocolors, tests and files pass `plain`. */
export interface Colours {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

const same = (text: string): string => text;

/** No colour at all. */
export const plain: Colours = { bold: same, dim: same, red: same, green: same, yellow: same };
