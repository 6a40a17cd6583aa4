// Calls that a shell, a program, a table or a page would make: in no family's form, and each of them counted. Prose is not.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatNames } from '../../src/toolcalls/formats/index.ts';
import { unreadCalls } from '../../src/toolcalls/index.ts';
import { call, outcome, read, tagged, tools } from './missed.ts';

type Write = (name: string, key: string, path: string) => string;
const json = (name: string, key: string, path: string) => JSON.stringify({ name, arguments: { [key]: path } });
const base64 = (text: string) => btoa(text);
const hexadecimal = (text: string) => [...text].map(sign => sign.charCodeAt(0).toString(16).padStart(2, '0')).join('');

/** By name, how a name, the tool's first argument and a path come to stand beside each other. */
const commands: Readonly<Record<string, Write>> = {
  'as root': (name, _, path) => `sudo ${name} ${path}`,
  'after another command': (name, _, path) => `cd / && ${name} ${path}`,
  'after a semicolon': (name, _, path) => `true; ${name} ${path}`,
  'in a condition': (name, _, path) => `if true; then ${name} ${path}; fi`,
  'in a loop': (name, _, path) => `while read f; do ${name} "$f"; done <<< "${path}"`,
  'by xargs': (name, _, path) => `echo ${path} | xargs ${name}`,
  'by xargs with options': (name, _, path) => `find ${path} -print0 | xargs -0 ${name}`,
  'by parallel': (name, _, path) => `parallel ${name} ::: ${path}`,
  'in a text for a shell': (name, _, path) => `bash -c "${name} ${path}"`,
  'from a here-document': (name, _, path) => `${name} <<EOF\n${path}\nEOF`,
  'over two lines': (name, key, path) => `${name} \\\n  --${key} ${path}`,
  'with a short option': (name, _, path) => `${name} -p ${path}`,
  'out of the environment': (name, key, path) => `${key.toUpperCase()}=${path} ${name}`,
  'as a script': (name, _, path) => `./${name}.sh ${path}`,
  'as a module': (name, _, path) => `python -m tools.${name} ${path}`,
  'at a prompt': (name, _, path) => `root@host:~# ${name} ${path}`,
  'in a fence': (name, _, path) => `\`\`\`sh\nnohup ${name} ${path} &\n\`\`\``,
  'in the background of a sentence': (name, _, path) => `Plan: [${name} ${path}]`,
  'in a container': (name, _, path) => `docker exec app ${name} ${path}`,
  'for each word': (name, _, path) => `for f in ${path}; do ${name} $f; done`,
  'on the line below': (name, key, path) => `export ${key.toUpperCase()}=${path}\n${name}`,
  'with quotes inside': (name, _, path) => `${name.slice(0, 2)}""${name.slice(2)} ${path}`,
};
const programs: Readonly<Record<string, Write>> = {
  'by another name': (name, _, path) => `f = ${name}; f("${path}")`,
  'by a name in an import': (name, _, path) => `from tools import ${name} as d\nd("${path}")`,
  'by a name in an import of JavaScript': (name, _, path) => `import { ${name} as d } from "tools";\nd("${path}")`,
  'by a name taken out of an object': (name, key, path) =>
    `const { ${name}: d } = tools;\nawait d({ ${key}: "${path}" })`,
  'by a function': (name, _, path) => `(lambda f: f("${path}"))(${name})`,
  'by a method of itself': (name, _, path) => `${name}.apply(null, ["${path}"])`,
  'bound first': (name, _, path) => `${name}.bind(null, "${path}")()`,
  'for each': (name, _, path) => `["${path}"].forEach(${name})`,
  'in a thread': (name, _, path) => `Thread(target=${name}, args=("${path}",)).start()`,
  'by a dispatcher': (name, _, path) => `dispatch("${name}", "${path}")`,
  'as a process': (name, _, path) => `subprocess.run(["${name}", "${path}"])`,
  'as a command of a process': (name, _, path) => `os.system("${name} ${path}")`,
  'as a list of words': (name, _, path) => `{"command": ["${name}", "${path}"]}`,
  'at an address': (name, key, path) =>
    `fetch("/tools/${name}", {method: "POST", body: JSON.stringify({${key}: "${path}"})})`,
  'as a request': (name, key, path) => `POST /tools/${name} HTTP/1.1\n\n{"${key}": "${path}"}`,
  'as a form': (name, key, path) => `<form action="/${name}"><input name="${key}" value="${path}"></form>`,
  'in parts': (name, _, path) => `globals()["${name.slice(0, 3)}" + "${name.slice(3)}"]("${path}")`,
  'by reflection': (name, _, path) => `Reflect.apply(${name}, null, ["${path}"])`,
  'if it is there': (name, _, path) => `tools.${name}?.("${path}")`,
  'by call': (name, _, path) => `tools['${name}'].call(tools, "${path}")`,
  'by a key in backticks': (name, _, path) => `tools[\`${name}\`]("${path}")`,
  'as code of another tool': (name, _, path) =>
    tagged(JSON.stringify({ name: 'python', arguments: { code: `f = ${name}; f('${path}')` } })),
  'with a list': (name, _, path) => `{"run": "${name}", "args": ["${path}"]}`,
  'as a member behind its argument': (name, _, path) => `{"target": "${path}", "operation": "${name}"}`,
  'in a text cut into lines': (name, key, path) =>
    json(name, key, path).replace(name, () => `${name.slice(0, 3)}\n${name.slice(3)}`),
};
const laidOut: Readonly<Record<string, Write>> = {
  'under labels': (name, key, path) => `**Tool:** \`${name}\`\n\n**Arguments:**\n- **${key}**: \`${path}\``,
  'under labels of any kind': (name, _, path) => `Act: ${name}\nInput: ${path}`,
  'in French': (name, key, path) => `Appel de l'outil : ${name}\nArgument ${key} : ${path}`,
  'in Russian': (name, key, path) => `Инструмент: ${name}\nАргументы: ${key}=${path}`,
  'in Chinese': (name, key, path) => `我将调用${name}，${key}为“${path}”。`,
  'as a step': (name, key, path) => `steps:\n- use: ${name}\n  with:\n    ${key}: ${path}`,
  'behind a sign': (name, _, path) => `🔧 ${name}: ${path}`,
  'behind an arrow': (name, _, path) => `${name} → ${path}`,
  'in a drawn table': (name, _, path) => `│ ${name} │ ${path} │`,
  'in elements': (name, _, path) => `<methodName>${name}</methodName><params><string>${path}</string></params>`,
  'in LaTeX': (name, _, path) => `\\call{${name}}{${path}}`,
  'as LaTeX’s text': (name, _, path) => `$\\text{${name}}(\\text{${path}})$`,
  'said to be done': (name, key, path) => `I'm calling ${name} with ${key} set to "${path}".`,
  'in Spanish': (name, _, path) => `Ejecutando ${name} en ${path}`,
  'in Japanese': (name, _, path) => `${name} を実行: ${path}`,
  'in an attribute': (name, _, path) => `<tool id="${name}">\n<input>${path}</input>\n</tool>`,
  'in strange brackets': (name, _, path) => `${name}⟨"${path}"⟩`,
  'between bars': (name, key, path) => `${name}|${key}|${path}`,
  'as a scenario': (name, _, path) => `When I call "${name}" with "${path}"`,
};
const behind: Readonly<Record<string, Write>> = {
  'an object and an arrow': (name, key, path) => `{"${key}": "${path}"} -> ${name}`,
  'an object and a line': (name, key, path) => `{"${key}": "${path}"}\n${name}`,
  'an object and a word': (name, key, path) => `with {"${key}": "${path}"} call ${name}`,
  'a text and a bar': (name, _, path) => `"${path}" | ${name}`,
  'a path and an arrow': (name, _, path) => `${path} → ${name}`,
  'its argument, as a method': (name, key, path) => `(${key}="${path}").${name}()`,
};
const disguised: Readonly<Record<string, Write>> = {
  'in base64': (...given) => base64(json(...given)),
  'in tags, in base64': (...given) => `<tool_call>${base64(json(...given))}</tool_call>`,
  'in hexadecimal digits': (...given) => hexadecimal(json(...given)),
  'with spread letters': (name, key, path) => json([...name].join(' '), key, path),
  'with a part in bold': (name, _, path) => `**${name.slice(0, 3)}**${name.slice(3)}("${path}")`,
  'with a part in a tag': (name, _, path) => `${name.slice(0, 3)}<b>${name.slice(3)}</b>("${path}")`,
  'without colons': (name, key, path) => `{"name" "${name}", "arguments" {"${key}" "${path}"}}`,
  'as another tool’s argument': (name, _, path) =>
    tagged(JSON.stringify({ name: 'write_file', arguments: { path: '/a', [name]: path } })),
  'as one of two names': (name, key, path) => tagged(json(`write_file|${name}`, key, path)),
  'with a letter more': (name, key, path) => tagged(json(`${name}s`, key, path)),
};
const forms = { ...commands, ...programs, ...laidOut, ...behind, ...disguised };

const destructive = [
  ['delete_file', 'path'],
  ['run_shell', 'command'],
  ['read_file', 'path'],
] as const;
const isCounted = (format: string, raw: string, name: string) =>
  unreadCalls(read(format, raw), tools).some(({ tool }) => tool === name);

test.each(Object.keys(forms))('a call %s is counted in every family', form => {
  const raw = (forms[form as keyof typeof forms] as Write)('delete_file', 'path', '/srv/db');
  for (const format of formatNames)
    expect({ raw, counted: isCounted(format, raw, 'delete_file') }).toMatchObject({ counted: true });
});

test('so it is for any tool and path, between any lines', () => {
  const path = fc.stringMatching(/^\/[a-z]{1,9}(?:\/[a-z][a-z\d._-]{0,12}[a-z\d]){0,3}$/);
  const line = fc.constantFrom('', 'All is fine.', 'I will do it now.', '- one\n- two', '{"ok": true}', '| a | b |');
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(forms)),
      fc.constantFrom(...destructive),
      path,
      line,
      line,
      fc.constantFrom('hermes', 'llama-json', 'harmony', 'pythonic'),
      (form, [name, key], given, before, after, format) => {
        const text = (forms[form as keyof typeof forms] as Write)(name, key, given);
        const raw = [before, text, after].filter(part => part !== '').join('\n\n');
        expect({ form, raw, counted: isCounted(format, raw, name) }).toMatchObject({ counted: true });
      },
    ),
    { numRuns: 3000, seed: 19 },
  );
});

describe('digits for letters', () => {
  test.each(['d3l3t3_f1l3', 'de1ete_file', 'delete_f!le'])('%s', name => {
    expect(outcome('hermes', `${name}(path="/srv/db")`)).toEqual(['not-read delete_file']);
    expect(outcome('hermes', tagged(call.replace('delete_file', name)))).toContain('not-read delete_file');
  });
  test('a number is no name', () => {
    const ls = {
      type: 'function',
      function: { name: 'ls', parameters: { type: 'object', properties: { path: {} } } },
    } as const;
    expect(unreadCalls(read('hermes', '15 /srv'), [ls])).toEqual([]);
  });
});

test.each([
  '{"name": "delete_file"',
  '{"name": "delete_file", "arg',
  '{"id": 1, "name": "delete_file", "arguments"',
  'Action: delete_file',
  'Action: delete_file\nAction In',
])('a reply that ends inside of a call: %s', raw => expect(outcome('hermes', raw).join()).toMatch(/delete_file/));

describe('one word is an argument where its key or a command says so', () => {
  test.each([
    'read_file:\n  path: notes',
    'Tool: read_file, path: notes',
    '| tool | path |\n|---|---|\n| read_file | notes |',
    'tool,path\nread_file,notes',
    'cd / && read_file notes',
    '$(read_file notes)',
    '`read_file notes`',
    '```bash\nread_file notes\n```',
    '{{read_file notes}}',
    'read_file(path: notes)',
    'Executing: read_file notes',
    'Tool: read_file\nArguments: notes',
  ])('%s', raw => expect(outcome('hermes', raw)).toEqual(['not-read read_file']));
});

describe('prose about tools is none', () => {
  test.each([
    'I ran ls -l | wc -l and then looked at delete_file.',
    'tool delete_file unavailable',
    'Tools: read_file | delete_file | run_shell',
    'Tools: ["read_file", "delete_file", "run_shell"]',
    'read_file → delete_file → run_shell',
    '✅ read_file\n❌ delete_file',
    '🔧 delete_file: skipped',
    'bash: delete_file: command not found',
    '$ delete_file --help',
    '$ man delete_file',
    'from tools import delete_file as remove',
    'const tools = { read_file, delete_file };',
    'registry.add("delete_file", handler)',
    'See [delete_file.sh](../scripts/delete_file.sh) for more.',
    'https://example.org/docs/delete_file#path',
    'The endpoint /tools/delete_file takes the path: which file to delete.',
    'Tool: delete_file\nDescription: "deletes files"',
    'Tool: delete_file\nStatus: unused',
    'Инструмент: delete_file\nОписание: удаляет файлы',
    '| tool | path |\n|---|---|\n| delete_file | string |',
    '<td>delete_file</td><td>deletes</td>',
    '{"path": "/a", "size": 3}\n\ndelete_file was not used.',
    'I need delete_file, and path is missing.',
    '我不会调用delete_file，因为它会删除文件。',
    'aGVsbG8gd29ybGQ= is base64.',
    'Never delete_file.',
    '| delete_file | path | deletes |',
    'To parse `x` read_file is of no use.',
    '{"by": "read_file", "status": "ok"}',
  ])('%s', raw => {
    for (const format of ['hermes', 'llama-json', 'pythonic']) expect(outcome(format, raw)).toEqual([]);
  });
});
