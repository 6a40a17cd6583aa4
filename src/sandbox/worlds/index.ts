// Every operation that a tool can have. A new one is a line in records/suites/world.ts and a pure function here.
import type { WorldOperation } from '../../records/suites/world.ts';
import type { Operation } from '../state.ts';
import { cluster } from './cluster.ts';
import { files } from './files.ts';
import { http } from './http.ts';
import { mail } from './mail.ts';
import { objects } from './objects.ts';

export const operations: Readonly<Record<WorldOperation, Operation>> = {
  ...files,
  ...objects,
  ...cluster,
  ...mail,
  ...http,
};
