// The rooms of `src` and which of them import which, as a picture in docs/architecture.md: read from the code, so that it
// can't drift.
import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';

/** room -> rooms that its files import, types included. */
export type Rooms = ReadonlyMap<string, ReadonlySet<string>>;

export function roomsOf(root: string): Rooms {
  const rooms = new Map<string, Set<string>>();
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(file => /\.tsx?$/.test(file));
  for (const file of files) {
    const [room, ...inside] = file.split(sep);
    if (room === undefined || inside.length === 0) continue;
    const own = rooms.get(room) ?? new Set<string>();
    rooms.set(room, own);
    for (const [, path = ''] of readFileSync(join(root, file), 'utf8').matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)) {
      const other = normalize(join(file, '..', path)).split(sep)[0] as string;
      if (other !== room && !other.endsWith('.ts') && other !== '..') own.add(other);
    }
  }
  return rooms;
}

/** Each room that can be reached, however many rooms lie between. */
export function reachable(rooms: Rooms, from: string): Set<string> {
  const seen = new Set<string>();
  const queue = [...(rooms.get(from) ?? [])];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    queue.push(...(rooms.get(next) ?? []));
  }
  return seen;
}

/** Mermaid's flow chart, with the arrows alone that no other arrows imply. */
export function picture(rooms: Rooms): string {
  const arrows = [...rooms.keys()].toSorted().flatMap(room => {
    const direct = [...(rooms.get(room) ?? [])].toSorted();
    const implied = (other: string) => direct.some(via => via !== other && reachable(rooms, via).has(other));
    return direct.filter(other => !implied(other)).map(other => `  ${room} --> ${other}`);
  });
  return ['```mermaid', 'flowchart TD', ...arrows, '```'].join('\n');
}
