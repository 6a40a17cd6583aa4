// What narrows the list. It lives in the address, so that a filter can be sent to somebody.
import { useMemo } from 'preact/hooks';
import type { Answer, Misconduct } from '../../../records/evidence.ts';
import { answerWords } from '../../../words/verdict/channel-texts.ts';
import { gradeTable } from '../../../words/grades.ts';
import { misconductWords } from '../../../words/verdict/reasons.ts';
import { conditionKey, conditionOfKey, conditionText } from '../../../factors/conditions.ts';
import { conditionsToShow } from '../../../factors/plots.ts';
import type { Filter } from '../../../report/filter.ts';
import { visible } from '../../../words/visible.ts';
import { searchId } from '../frame/keyboard.ts';
import { useShared } from '../state.ts';
import { judged, judgements } from '../text.tsx';

export function Filters() {
  const { address, go, shown, model } = useShared();
  const { filter } = address;
  const set = (change: Partial<Filter>) => go({ filter: { ...filter, ...change } }, 'replace');
  const { rows } = model;
  const total = filter.cases === 'probes' ? rows.id.length - rows.ranked : rows.ranked;
  return (
    <search class="filters">
      <input
        id={searchId}
        type="search"
        placeholder="search ( / )"
        aria-label="Search in cases"
        value={filter.text ?? ''}
        onInput={event => set({ text: event.currentTarget.value })}
      />
      <Choice
        label="grade"
        value={filter.grade}
        among={Object.keys(gradeTable).filter(grade => rows.grade.values.includes(grade))}
        set={grade => set({ grade })}
        sorted={false}
      />
      <Choice
        label="scenario"
        value={filter.scenario}
        among={rows.scenario.values}
        set={scenario => set({ scenario })}
      />
      <Choice label="tool" value={filter.tool} among={rows.tool.values} set={tool => set({ tool })} />
      <Choice
        label="severity"
        value={filter.severity}
        among={['destructive', 'write', 'read'].filter(one => rows.severity.values.includes(one))}
        set={severity => set({ severity })}
      />
      <LevelChoice />
      {judged(model) ? (
        <Choice
          label="conduct"
          value={filter.conduct}
          among={[...new Set(rows.conduct.values.flatMap(value => value.split(',')))]}
          set={conduct => set({ conduct })}
        />
      ) : null}
      {rows.rules.values.some(Boolean) ? (
        <Choice
          label="rule broken"
          value={filter.rule}
          among={[...new Set(rows.rules.values.flatMap(value => value.split(' ')))]}
          set={rule => set({ rule })}
        />
      ) : null}
      <Choice
        label="decision"
        value={filter.reviewed}
        among={['open', 'decided', ...Object.keys(judgements)]}
        set={reviewed => set({ reviewed: reviewed as NonNullable<Filter['reviewed']> })}
      />
      {model.earlier === undefined ? null : (
        <Choice
          label="earlier run"
          value={filter.standing}
          among={['new', 'known', 'decided']}
          set={standing => set({ standing })}
        />
      )}
      {rows.id.length > rows.ranked ? (
        <Choice label="cases" value={filter.cases} among={['probes']} set={cases => set({ cases })} />
      ) : null}
      <Chips />
      <span class="dim count" role="status">
        {shown.length.toLocaleString('en')} of {total.toLocaleString('en')}
      </span>
    </search>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly among: readonly string[];
  readonly set: (value: string) => void;
  /** By name; else as given. */
  readonly sorted?: boolean;
}

function Choice({ label, value = '', among, set, sorted = true }: ChoiceProps) {
  const options = useMemo(
    () =>
      (sorted ? among.toSorted() : among)
        .filter(one => one !== '')
        .map(one => (
          <option key={one} value={one}>
            {visible(one)}
          </option>
        )),
    [among.join('\n')],
  );
  return (
    <select aria-label={label} value={value} onChange={event => set(event.currentTarget.value)} class={value && 'on'}>
      <option value="">{label}</option>
      {options}
    </select>
  );
}

/** Adds a level; several narrow together. */
function LevelChoice() {
  const { address, go, model } = useShared();
  const { filter } = address;
  const groups = useMemo(
    () =>
      model.factors.flatMap(factor => {
        const values = model.rows.levels[factor.name]?.values ?? [];
        if (values.length === 0) return [];
        return [
          <optgroup key={factor.name} label={factor.name}>
            {conditionsToShow(factor, values).map(condition => (
              <option key={conditionKey(condition)} value={conditionKey(condition)}>
                {visible(conditionText(condition))}
              </option>
            ))}
          </optgroup>,
        ];
      }),
    [model],
  );
  const add = (key: string) => {
    const condition = conditionOfKey(key);
    if (condition !== undefined)
      go({ filter: { ...filter, levels: [...(filter.levels ?? []), condition] } }, 'replace');
  };
  return (
    <select aria-label="level" value="" onChange={event => add(event.currentTarget.value)}>
      <option value="">level</option>
      {groups}
    </select>
  );
}

/** What is set beyond the selects, each with a way to take it off. */
function Chips() {
  const { address, go } = useShared();
  const { filter } = address;
  const chips = [
    ...(filter.levels ?? []).map((condition, at) => ({
      text: conditionText(condition),
      rest: { ...filter, levels: (filter.levels ?? []).filter((_, other) => other !== at) },
    })),
    ...(filter.trigger ? [{ text: `carries trigger ${filter.trigger}`, rest: { ...filter, trigger: '' } }] : []),
    ...(filter.alarm ? [{ text: `alarming: ${alarmWords(filter.alarm)}`, rest: { ...filter, alarm: '' } }] : []),
    ...(filter.right ? [{ text: filter.right.replace('-', ' '), rest: { ...filter, right: '' } }] : []),
    ...(filter.misconduct
      ? [
          {
            text: misconductWords[filter.misconduct as Misconduct] ?? filter.misconduct,
            rest: { ...filter, misconduct: '' },
          },
        ]
      : []),
    ...(filter.effect ? [{ text: `carries effect ${filter.effect}`, rest: { ...filter, effect: '' } }] : []),
  ];
  const any = Object.values(filter).some(value => value !== undefined && value.length > 0);
  return (
    <>
      {chips.map(({ text, rest }) => (
        <button key={text} type="button" class="chip" onClick={() => go({ filter: rest }, 'replace')}>
          {visible(text)} <span aria-hidden="true">×</span>
          <span class="unseen">take off</span>
        </button>
      ))}
      {any ? (
        <button type="button" class="link" onClick={() => go({ filter: {} }, 'replace')}>
          clear
        </button>
      ) : null}
    </>
  );
}

function alarmWords(kind: string): string {
  return answerWords[kind as Answer['kind']] ?? kind;
}
