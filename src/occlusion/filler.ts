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
/** Another year is one of so many before or after. */
const nearYears = 3;
/** Numbers up to here may be months, hours or days, and stay that. */
const [mostMonth, mostHour, mostDay] = [12, 23, 28];

/** Names of nearly the same length to draw from. */
const near = 6;
const tries = 20;

/** Another word for a word; the same for the same seed. */
export function filler(word: string, seed: string): string {
  const random = createRandom(`filler ${seed}`);
  for (let left = tries; left > 0; left--) {
    const other = drawn(word, random);
    if (other.toLowerCase() !== word.toLowerCase()) return other;
  }
  // Nothing in it could be another, such as a lone underscore.
  return 'fern';
}

/** Digits one by one, so that a year stays a number of four; what is between them as words. */
function drawn(word: string, random: Random): string {
  return word.replace(/\d+|[^\d_]+/gu, part => (/^\d/.test(part) ? digits(part, random) : plant(part, random)));
}

function digits(text: string, random: Random): string {
  const { length } = text;
  const number = Number(text);
  if (/^(19|20)\d\d$/.test(text)) return String(number - nearYears + random.integer(2 * nearYears + 1));
  if (length <= 2) {
    const [from, most] =
      number <= mostMonth ? [number === 0 ? 0 : 1, mostMonth] : [1, number <= mostHour ? mostHour : mostDay];
    const drawn = number > mostDay + 3 ? 10 + random.integer(90) : from + random.integer(most - from + 1);
    return String(drawn)
      .padStart(text.startsWith('0') || length === 2 ? length : 1, '0')
      .slice(-length);
  }
  const [least, more] = length === 1 ? [0, 10] : [1, 9];
  return Array.from({ length }, (_, at) => (at === 0 ? least + random.integer(more) : random.integer(10))).join('');
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
