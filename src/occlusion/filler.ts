// A word -> another that says nothing, of the same form: a year for a year, a day for a day, a plant's name for a word, capitals as
// they were. What a model has never seen the like of turns it by itself, and would hide what is looked for.
import { createRandom, type Random } from '../statistics/index.ts';

const plants = (
  'ash fig yew oak elm ivy fern moss reed sage rush vetch birch maple alder thyme clover willow sorrel yarrow burdock juniper campion ' +
  'hawthorn rosemary marjoram elderberry chickweed honeysuckle'
).split(' ');
const calendar = [
  'January February March April June July August September October November December',
  'Jan Feb Mar Apr Jun Jul Aug Sep Oct Nov Dec',
  'Monday Tuesday Wednesday Thursday Friday Saturday Sunday',
  'Mon Tue Wed Thu Fri Sat Sun',
].map(names => names.split(' '));
/** Another year is so many before or after: far ones are like none that small models know, and turn them as the year did. */
const nearYears = [2, 3];
/** Numbers up to here may be months, hours or days, and stay that. */
const [mostMonth, mostHour, mostDay] = [12, 23, 28];

/** Names of nearly the same length to draw from. */
const near = 6;
const tries = 20;

/**
 * Another word for a word; the same for the same seed.
 * @param turn numbers are smaller in even ones and larger in odd ones: what turns on all from some day on, or up to it, would
 * stay under any that happen to lie on its side
 */
export function filler(word: string, seed: string, turn = 0): string {
  const random = createRandom(`filler ${seed}`);
  for (let left = tries; left > 0; left--) {
    const other = isSign(word) ? random.pick(signs) : drawn(word, random, turn % 2 === 0);
    if (other.toLowerCase() !== word.toLowerCase()) return other;
  }
  // Nothing in it could be another, such as a lone underscore.
  return 'fern';
}

/** Neither letters nor digits, such as a picture or what nobody sees. */
const isSign = (word: string): boolean => !/[\p{L}\p{N}_]/u.test(word);
const signs = ['-', '*', '+', '~', '='];

/** Digits one by one, so that a year stays a number of four; what is between them as words. */
function drawn(word: string, random: Random, lower: boolean): string {
  return word.replace(/\d+|[^\d_]+/gu, part => (/^\d/.test(part) ? digits(part, random, lower) : plant(part, random)));
}

function digits(text: string, random: Random, lower: boolean): string {
  const { length } = text;
  const number = Number(text);
  if (/^(19|20)\d\d$/.test(text)) {
    const away = random.pick(nearYears);
    return String(lower ? number - away : number + away);
  }
  if (length <= 2) {
    const [from, most] =
      number <= mostMonth ? [number === 0 ? 0 : 1, mostMonth] : [1, number <= mostHour ? mostHour : mostDay];
    const drawn = number > mostDay + 3 ? 10 + random.integer(90) : beside(number, [from, most], random, lower);
    return String(drawn)
      .padStart(text.startsWith('0') || length === 2 ? length : 1, '0')
      .slice(-length);
  }
  const [least, more] = length === 1 ? [0, 10] : [1, 9];
  return Array.from({ length }, (_, at) => (at === 0 ? least + random.integer(more) : random.integer(10))).join('');
}

/** Another number of a range: a lower one where there is one and it is to be lower, else a higher one, and the other way round. */
function beside(number: number, [from, most]: readonly [number, number], random: Random, lower: boolean): number {
  const [below, above] = [number - from, most - number];
  const isBelow = lower ? below > 0 : above <= 0;
  return isBelow ? from + random.integer(below) : number + 1 + random.integer(above);
}

function plant(part: string, random: Random): string {
  const names = calendar.find(all => all.some(name => name.toLowerCase() === part.toLowerCase()));
  if (names !== undefined) return cased(part, random.pick(names));
  const { length } = [...part];
  const distance = (name: string) => Math.abs(name.length - length);
  const name =
    length < 3
      ? Array.from({ length }, () => String.fromCodePoint(97 + random.integer(26))).join('')
      : random.pick(plants.toSorted((a, b) => distance(a) - distance(b)).slice(0, near));
  return cased(part, name);
}

function cased(part: string, name: string): string {
  const isUpper = (text: string) => text === text.toUpperCase() && text !== text.toLowerCase();
  if (isUpper(part)) return name.toUpperCase();
  return isUpper(part.slice(0, 1)) ? name.slice(0, 1).toUpperCase() + name.slice(1).toLowerCase() : name.toLowerCase();
}
