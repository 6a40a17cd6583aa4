import { expect, test } from 'vitest';
import { Feed } from '../../src/engines/session/feed.ts';

test('items come in the order given, over several pushes; the end comes after the last', async () => {
  const feed = new Feed<number>();
  feed.push([1, 2], false);
  feed.push([3], true);
  expect([await feed.take(), await feed.take(), await feed.take(), await feed.take()]).toEqual([1, 2, 3, undefined]);
});

test('a taker waits for what is still to come', async () => {
  const feed = new Feed<number>();
  feed.push([], false);
  const taken = feed.take();
  feed.push([7], true);
  expect(await taken).toBe(7);
});

test('dropping gives everything back, and wakes a waiting taker with nothing', async () => {
  const feed = new Feed<number>();
  feed.push([1, 2, 3], false);
  await feed.take();
  expect(feed.drop()).toEqual([2, 3]);
  feed.push([], false);
  const taken = feed.take();
  expect(feed.drop()).toEqual([]);
  expect(await taken).toBeUndefined();
});
