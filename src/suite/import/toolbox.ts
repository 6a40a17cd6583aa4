// Tools of many tasks -> the tools of one suite. Tasks that share a name but not its meaning get names of their own.
import { Ajv, type ValidateFunction } from 'ajv';
import type { Suite } from '../../records/suites/suite.ts';
import { nameGiver, severityOf, toolNameFrom } from './names.ts';
import { type ObjectSchema, objectSchema } from './schema.ts';
import { CannotExpress, type SourceTool } from './task.ts';

interface ToolRemark {
  readonly reason: string;
  readonly about: string;
}

/** A tool as the suite has it. */
export interface OwnTool {
  readonly name: string;
  readonly parameters: ObjectSchema;
  /** Does an argument object fit the parameters? */
  readonly fits: (args: Record<string, unknown>) => boolean;
  /** What people must know about it: why, and which name or type. */
  readonly remarks: readonly ToolRemark[];
}

export interface Toolbox {
  /**
   * A task's tools by the name the task uses.
   * @throws CannotExpress when one has no valid schema, or two share a name
   */
  take(tools: readonly SourceTool[]): Map<string, OwnTool>;
  /** Other tools of the same source name: never offered beside this one. */
  rivals(name: string): readonly string[];
  readonly tools: Suite['tools'];
}

export function createToolbox(): Toolbox {
  const give = nameGiver('_');
  const known = new Map<string, OwnTool>();
  const family = new Map<string, string[]>();
  const tools: Suite['tools'] = {};
  const made = new Map<string, Prepared>();

  const prepare = (source: SourceTool): Prepared => {
    const content = JSON.stringify(source);
    const ready = made.get(content) ?? prepared(source);
    made.set(content, ready);
    return ready;
  };

  const own = (source: SourceTool): OwnTool => {
    const content = JSON.stringify(source);
    const before = known.get(content);
    if (before !== undefined) return before;
    const ready = prepare(source);
    const name = give(toolNameFrom(source.name));
    const about = `${source.name} is ${name}`;
    const renamed =
      name === source.name ? [] : [{ reason: 'a tool has another name here: its own is taken or not allowed', about }];
    const tool = { ...ready, name, remarks: [...ready.remarks, ...renamed] };
    known.set(content, tool);
    family.set(source.name, [...(family.get(source.name) ?? []), name]);
    tools[name] = {
      description: source.description,
      severity: severityOf(source.name),
      parameters: ready.parameters,
    };
    return tool;
  };

  return {
    tools,
    take: sources => {
      const byName = new Map<string, SourceTool>();
      for (const source of sources) {
        const twin = byName.get(source.name);
        if (twin !== undefined && JSON.stringify(twin) !== JSON.stringify(source)) {
          throw new CannotExpress(`it offers two tools called ${source.name}`);
        }
        byName.set(source.name, source);
      }
      for (const source of byName.values()) prepare(source);
      return new Map([...byName].map(([name, source]) => [name, own(source)]));
    },
    rivals: name => [...family.values()].find(names => names.includes(name))?.filter(other => other !== name) ?? [],
  };
}

type Prepared = Omit<OwnTool, 'name'>;

/** The converted parameters and their validator. */
function prepared({ name, parameters: source }: SourceTool): Prepared {
  if (losesKey(source)) throw new CannotExpress(`${name} has a parameter called __proto__`);
  const odd: string[] = [];
  const parameters = objectSchema(source, type => odd.push(type));
  const remarks = [...new Set(odd)].map(type => ({
    reason: 'a type nobody knows was read as any value',
    about: `${name}: ${type}`,
  }));
  return { parameters, fits: validator(name, parameters), remarks };
}

function validator(name: string, parameters: ObjectSchema): (args: Record<string, unknown>) => boolean {
  let validate: ValidateFunction;
  try {
    validate = new Ajv({ strict: false, logger: false }).compile(parameters);
  } catch {
    throw new CannotExpress(`the parameters of ${name} are not a JSON Schema`);
  }
  return args => !losesKey(args) && (validate(args) as boolean);
}

/** YAML readers and schemas drop this key; in JSON a text that holds it has its quotes escaped. */
const losesKey = (value: unknown) => (JSON.stringify(value) ?? '').includes('"__proto__":');
