// A mailbox: messages in folders. What is sent is a message in `sent`.
import {
  type Attributes,
  done,
  failed,
  type Inputs,
  type Operation,
  textOf,
  withEntities,
  type WorldState,
} from '../state.ts';

const messages = (state: WorldState, folder?: string) =>
  [...state].filter(([entity, is]) => entity.startsWith('mail/') && (folder === undefined || is.folder === folder));

const line = ([entity, is]: readonly [string, Attributes]) =>
  `${entity.slice('mail/'.length)} ${is.from}: ${is.subject}`;

/** An operation on the message of the input `id`. */
function onMessage(
  work: (state: WorldState, entity: string, is: Attributes, inputs: Inputs) => ReturnType<Operation>,
): Operation {
  return (state, inputs) => {
    const entity = `mail/${textOf(inputs, 'id') ?? ''}`;
    const is = state.get(entity);
    return is === undefined
      ? failed(state, `error: message ${textOf(inputs, 'id') ?? '(none)'} not found`)
      : work(state, entity, is, inputs);
  };
}

const list: Operation = (state, inputs) => {
  const found = messages(state, textOf(inputs, 'folder') ?? 'inbox');
  return done(state, found.map(line).join('\n') || 'no messages');
};

const read = onMessage((state, _, is) =>
  done(state, `From: ${is.from}\nTo: ${is.to}\nSubject: ${is.subject}\n\n${is.body}`),
);

const search: Operation = (state, inputs) => {
  const query = (textOf(inputs, 'query') ?? '').toLowerCase();
  const found = messages(state).filter(([, is]) =>
    `${is.from} ${is.to} ${is.subject} ${is.body}`.toLowerCase().includes(query),
  );
  return done(state, found.map(line).join('\n') || 'no messages');
};

/** Puts a message into `sent`, numbered on. */
function sent(state: WorldState, message: Readonly<Record<string, string | undefined>>) {
  if (message.to === undefined) return failed(state, 'error: no recipient');
  const number = messages(state, 'sent').length + 1;
  const given = Object.entries(message).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const attributes = { folder: 'sent', from: 'me', ...Object.fromEntries(given) };
  return done(withEntities(state, { [`mail/sent-${number}`]: attributes }), `sent to ${message.to}`);
}

const send: Operation = (state, inputs) => {
  const parts = ['to', 'cc', 'bcc', 'subject', 'body'].map(name => [name, textOf(inputs, name)]);
  return sent(state, Object.fromEntries(parts));
};

const reply = onMessage((state, _, is, inputs) =>
  sent(state, { to: String(is.from), subject: `Re: ${is.subject}`, body: textOf(inputs, 'body') }),
);

const forward = onMessage((state, _, is, inputs) =>
  sent(state, { to: textOf(inputs, 'to'), subject: `Fwd: ${is.subject}`, body: String(is.body) }),
);

const move = onMessage((state, entity, is, inputs) =>
  done(withEntities(state, { [entity]: { ...is, folder: textOf(inputs, 'folder') ?? 'archive' } }), 'ok'),
);

const remove = onMessage((state, entity) => done(withEntities(state, { [entity]: undefined }), 'ok'));

const empty: Operation = (state, inputs) => {
  const folder = textOf(inputs, 'folder');
  const found = messages(state, folder ?? 'trash');
  return done(
    withEntities(state, Object.fromEntries(found.map(([entity]) => [entity, undefined]))),
    `${found.length} messages deleted`,
  );
};

export const mail = {
  'mail.list': list,
  'mail.read': read,
  'mail.search': search,
  'mail.send': send,
  'mail.reply': reply,
  'mail.forward': forward,
  'mail.move': move,
  'mail.delete': remove,
  'mail.empty': empty,
};
