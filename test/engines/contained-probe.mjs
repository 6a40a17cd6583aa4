// What stands in the place of a model's process in containment.test.ts: tries to get out, and tells its parent.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const attempt = act => {
  try {
    act();
    return 'done';
  } catch (error) {
    return error.code ?? error.message;
  }
};

const connected = to =>
  new Promise(resolve => {
    try {
      connect(to)
        .on('connect', () => resolve('done'))
        .on('error', ({ code }) => resolve(code));
    } catch (error) {
      resolve(error.code);
    }
  });

/** From a thread, as native code would start them. */
const inThread = (folder, port) =>
  new Promise(resolve => {
    const code = `
      const { parentPort } = require('node:worker_threads');
      let write = 'done';
      try { require('node:fs').writeFileSync(${JSON.stringify(join(folder, 'thread'))}, ''); } catch (e) { write = e.code; }
      try {
        require('node:net').connect(${port}, '127.0.0.1').on('connect', () => parentPort.postMessage({ write, connect: 'done' }))
          .on('error', e => parentPort.postMessage({ write, connect: e.code }));
      } catch (e) { parentPort.postMessage({ write, connect: e.code }); }`;
    new Worker(code, { eval: true }).once('message', resolve);
  });

process.on('message', async ({ folder, port, socket }) => {
  const at = name => join(folder, name);
  const child = spawnSync(process.execPath, [
    '-e',
    `require('node:fs').writeFileSync(${JSON.stringify(at('child'))}, '')`,
  ]);
  process.send({
    pid: process.pid,
    read: attempt(() => fs.readFileSync(at('kept'))),
    null: attempt(() => fs.writeFileSync('/dev/null', 'x')),
    create: attempt(() => fs.writeFileSync(at('new'), 'x')),
    overwrite: attempt(() => fs.writeFileSync(at('kept'), 'x')),
    append: attempt(() => fs.appendFileSync(at('kept'), 'x')),
    truncate: attempt(() => fs.truncateSync(at('kept'))),
    remove: attempt(() => fs.unlinkSync(at('kept'))),
    rename: attempt(() => fs.renameSync(at('kept'), at('moved'))),
    link: attempt(() => fs.linkSync(at('kept'), at('linked'))),
    symlink: attempt(() => fs.symlinkSync(at('kept'), at('symlinked'))),
    folder: attempt(() => fs.mkdirSync(at('folder'))),
    mode: attempt(() => fs.chmodSync(at('kept'), 0o777)),
    times: attempt(() => fs.utimesSync(at('kept'), 1, 1)),
    signal: attempt(() => process.kill(process.ppid, 0)),
    tcp: await connected({ host: '127.0.0.1', port }),
    tcp6: await connected({ host: '::1', port }),
    unix: await connected({ path: socket }),
    child: child.status === 0 ? 'done' : 'failed',
    thread: await inThread(folder, port),
  });
});
process.on('disconnect', () => process.exit(0));
if (process.argv.includes('busy')) {
  process.send({ pid: process.pid });
  for (;;);
}
process.send('ready');
