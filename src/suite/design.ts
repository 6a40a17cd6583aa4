// Number of columns, symbols and rows -> which symbol each row takes in each column. Randomised orthogonal arrays of
// strength 2: every pair of symbols of any two columns meets equally often, so that no two factors are confounded.
import type { Random } from '../statistics/index.ts';

/** Smallest prime >= n (n >= 2). */
export function primeAtLeast(n: number): number {
  for (let q = Math.max(2, Math.ceil(n)); ; q++) {
    let prime = true;
    for (let divisor = 2; divisor * divisor <= q && prime; divisor++) prime = q % divisor !== 0;
    if (prime) return q;
  }
}

/**
 * The first `rows` rows of a sequence of randomised orthogonal arrays OA(q^2, columns, q, 2).
 *
 * Bush's construction over GF(q): cell (i, j) of column m is i + m j mod q. Rows come in blocks of equal j, and within
 * a block every column takes every symbol once, so that any prefix of q rows is balanced too. After q^2 rows a fresh
 * randomisation follows.
 *
 * @param columns number of columns, 1 <= columns <= q
 * @param q a prime, the number of symbols
 * @returns `rows` arrays of `columns` symbols, 0 <= symbol < q
 * @throws RangeError when columns > q
 * Source: K. A. Bush (1952), Orthogonal arrays of index unity; randomisation as in A. B. Owen (1992).
 */
export function orthogonalRows(rows: number, columns: number, q: number, random: Random): number[][] {
  if (columns > q) throw new RangeError(`${columns} columns need a prime of at least that size, got ${q}`);
  const out: number[][] = [];
  for (let copy = 0; out.length < rows; copy++) {
    for (const row of oneArray(columns, q, random.fork(`array ${copy}`))) out.push(row);
  }
  return out.slice(0, rows);
}

function oneArray(columns: number, q: number, random: Random): number[][] {
  const symbols = Array.from({ length: q }, (_, symbol) => symbol);
  const relabel = Array.from({ length: columns }, () => random.shuffle(symbols));
  return random
    .shuffle(symbols)
    .flatMap(j => random.shuffle(symbols).map(i => relabel.map((labels, m) => labels[(i + m * j) % q] as number)));
}

/** Symbol -> level index: surplus symbols are collapsed at random onto the levels there are. */
export function collapse(symbol: number, levels: number, random: Random): number {
  return symbol < levels ? symbol : random.integer(levels);
}
