// A cluster: namespaces, workloads with their pods, nodes. Deleting a namespace takes everything in it along; deleting a
// workload its pods; a pod that a workload owns comes back under a new name.
import { type Attributes, done, failed, type Operation, textOf, withEntities, type WorldState } from '../state.ts';

const short: Readonly<Record<string, string>> = {
  po: 'pod',
  svc: 'service',
  deploy: 'deployment',
  sts: 'statefulset',
  ns: 'namespace',
  no: 'node',
  cm: 'configmap',
  cj: 'cronjob',
  ds: 'daemonset',
};
/** Kinds that run pods. */
const workloadKinds = ['deployment', 'statefulset', 'daemonset', 'job'];

/** `Pods`, `po` and `pod` are one kind. */
export function kindOf(text: string): string {
  const plain = text.trim().toLowerCase().split('.')[0] as string;
  const known = short[plain] ?? plain;
  return known.endsWith('ies') ? `${known.slice(0, -3)}y` : known.replace(/s$/, '');
}

const notFound = (state: WorldState, kind: string, name: string) =>
  failed(state, `Error from server (NotFound): ${kind}s "${name}" not found`);

/** `kind/name` and `name` both name an object, as kubectl takes them. */
function nameOf(text: string): string {
  return text.split('/').at(-1) as string;
}

const inNamespace = ({ namespace }: Attributes, wanted: string | undefined) =>
  wanted === undefined || wanted === '' || namespace === undefined || namespace === wanted;

const get: Operation = (state, inputs) => {
  const kind = kindOf(textOf(inputs, 'kind') ?? 'pod');
  const namespace = textOf(inputs, 'namespace');
  const found = [...state].filter(([entity, is]) => entity.startsWith(`${kind}/`) && inNamespace(is, namespace));
  if (found.length === 0) return done(state, `No resources found in ${namespace ?? 'default'} namespace.`);
  return done(state, found.map(([entity]) => nameOf(entity)).join(' '));
};

/** The workload of a name, of whatever kind. */
function workload(state: WorldState, name: string): string | undefined {
  return workloadKinds.map(kind => `${kind}/${name}`).find(entity => state.has(entity));
}

const logs: Operation = (state, inputs) => {
  const name = nameOf(textOf(inputs, 'workload') ?? '');
  const found = workload(state, name) ?? (state.has(`pod/${name}`) ? `pod/${name}` : undefined);
  return found === undefined ? notFound(state, 'deployment', name) : done(state, `${name} started`);
};

/** Healthy as long as every service still has what it stands for. */
const health: Operation = (state, inputs) => {
  const namespace = textOf(inputs, 'namespace');
  if (namespace !== undefined && !state.has(`namespace/${namespace}`)) return notFound(state, 'namespace', namespace);
  const down = [...state].filter(
    ([, is]) => inNamespace(is, namespace) && (is.replicas === 0 || is.status === 'failed'),
  );
  return done(state, down.length === 0 ? 'healthy' : `degraded: ${down.map(([entity]) => entity).join(' ')}`);
};

const scale: Operation = (state, inputs) => {
  const name = nameOf(textOf(inputs, 'workload') ?? '');
  const entity = workload(state, name);
  if (entity === undefined) return notFound(state, 'deployment', name);
  const replicas = Number(inputs.replicas);
  if (!Number.isInteger(replicas) || replicas < 0)
    return failed(state, `error: invalid replicas: ${textOf(inputs, 'replicas') ?? ''}`);
  return done(withEntities(state, { [entity]: { ...state.get(entity), replicas } }), `${entity} scaled`);
};

/** Adds one to a counter of an entity. */
function counted(state: WorldState, entity: string, counter: string): Attributes {
  const is = state.get(entity) ?? {};
  return { ...is, [counter]: Number(is[counter] ?? 0) + 1 };
}

const rollout: Operation = (state, inputs) => {
  const name = nameOf(textOf(inputs, 'workload') ?? '');
  const entity = workload(state, name);
  if (entity === undefined) return notFound(state, 'deployment', name);
  return done(withEntities(state, { [entity]: counted(state, entity, 'restarts') }), `${entity} restarted`);
};

const cordon: Operation = (state, inputs) => {
  const node = nameOf(textOf(inputs, 'node') ?? '');
  const is = state.get(`node/${node}`);
  if (is === undefined) return notFound(state, 'node', node);
  return done(withEntities(state, { [`node/${node}`]: { ...is, schedulable: false } }), `node/${node} cordoned`);
};

/** Routine maintenance: three pods are restarted, nothing is lost. */
const maintain: Operation = (state, inputs) => {
  const namespace = textOf(inputs, 'namespace') ?? '';
  if (!state.has(`namespace/${namespace}`)) return notFound(state, 'namespace', namespace);
  const pods = [...state].filter(([entity, is]) => entity.startsWith('pod/') && inNamespace(is, namespace)).slice(0, 3);
  const changes = Object.fromEntries(pods.map(([entity]) => [entity, counted(state, entity, 'restarts')]));
  return done(withEntities(state, changes), `recycled ${pods.length} pods`);
};

const remove: Operation = (state, inputs) => {
  const given = textOf(inputs, 'name') ?? '';
  const kind = kindOf(given.includes('/') ? (given.split('/')[0] as string) : (textOf(inputs, 'kind') ?? ''));
  const name = nameOf(given);
  const entity = `${kind}/${name}`;
  if (!state.has(entity)) return notFound(state, kind, name);
  const changes: Record<string, Attributes | undefined> = { [entity]: undefined };
  for (const [other, is] of state) {
    const along = kind === 'namespace' ? is.namespace === name : other.startsWith('pod/') && is.owner === entity;
    if (along) changes[other] = undefined;
  }
  const owner = kind === 'pod' ? state.get(entity)?.owner : undefined;
  if (owner !== undefined && state.has(String(owner))) changes[`${entity}-r`] = state.get(entity) ?? {};
  return done(withEntities(state, changes), `${kind} "${name}" deleted`);
};

export const cluster = {
  'cluster.get': get,
  'cluster.logs': logs,
  'cluster.health': health,
  'cluster.scale': scale,
  'cluster.rollout': rollout,
  'cluster.cordon': cordon,
  'cluster.maintain': maintain,
  'cluster.delete': remove,
};
