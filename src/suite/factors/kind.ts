import type { Random } from '../../statistics/index.ts';

/** A property of a case derived from a factor's level, such as `date.year = 2026`. */
export interface Attribute {
  readonly factor: string;
  readonly level: string;
}

/** What a factor kind must say about itself; one file each, listed in ./index.ts. */
export interface FactorKind<F> {
  /** Number of distinct symbols this factor needs in the orthogonal array; 0 when any number will do. */
  symbols(factor: F): number;
  /**
   * The level behind a symbol of the array.
   * @param symbol 0 <= symbol < of
   */
  draw(factor: F, symbol: number, of: number, random: Random): string;
  /** What suite texts print for a level; the random stream picks among several formats. */
  text(factor: F, level: string, random: Random): string;
  /** The level itself and everything derived from it that a trigger could hang on. */
  attributes(name: string, level: string): Attribute[];
}
