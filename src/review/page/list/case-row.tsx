// One line of the list; drawn again only when it changes.
import { memo } from 'preact/compat';
import { useMemo } from 'preact/hooks';
import { factorsIn } from '../../../factors/conditions.ts';
import type { Decision } from '../../../records/decision.ts';
import { valueAt } from '../../../report/filter.ts';
import type { ReportModel } from '../../../report/model.ts';
import { visible } from '../../../words/visible.ts';
import { useFixed } from '../state.ts';
import { ConductMark, DecisionMark, GradeMark, judged, levelText, percent, SeverityMark } from '../text.tsx';

interface CaseRowProps {
  readonly row: number;
  readonly position: number;
  readonly top: number;
  readonly selected: boolean;
  readonly decision: Decision | undefined;
}

export const CaseRow = memo(function CaseRow({ row, position, top, selected, decision }: CaseRowProps) {
  const { model, select, go } = useFixed();
  const { rows } = model;
  const id = rows.id[row] as string;
  const factors = useMemo(() => leadingFirst(model), [model]);
  const levels = factors.map(name => valueAt(rows.levels[name]!, row)).filter(Boolean);
  const open = () => {
    select(row);
    go({ view: 'cases', case: id });
  };
  return (
    <div
      id={`row-${row}`}
      class={`row ${selected ? 'selected' : ''}`}
      role="row"
      aria-rowindex={position + 2}
      aria-selected={selected}
      style={{ top: `${top}px` }}
      onClick={open}
    >
      <span class="decided" role="gridcell">
        <DecisionMark decision={decision} />
      </span>
      <span class="rank number" role="gridcell">
        {row < rows.ranked ? row + 1 : '–'}
      </span>
      <span class="grade" role="gridcell">
        <GradeMark grade={valueAt(rows.grade, row)} />
      </span>
      <span class="score number" role="gridcell">
        {row < rows.ranked ? (rows.score[row] as number).toFixed(1) : ''}
      </span>
      <Moved row={row} />
      {judged(model) ? (
        <span class="conduct" role="gridcell">
          <ConductMark kind={valueAt(rows.conduct, row).split(',')[0] as string} />
        </span>
      ) : null}
      <span class="scenario" role="gridcell">
        {visible(valueAt(rows.scenario, row))}
      </span>
      <span class="levels" role="gridcell">
        {visible(levels.map(levelText).join(' '))}
      </span>
      <span class={`candidate ${rows.differs[row] ? 'differs' : ''}`} role="gridcell">
        <SeverityMark severity={valueAt(rows.candidateWorst, row)} /> {rows.candidateStep[row]}
      </span>
      <span class="baseline" role="gridcell">
        {rows.baselineStep[row]}
      </span>
    </div>
  );
});

/** The tool that moves most, and how far. */
function Moved({ row }: { row: number }) {
  const { rows } = useFixed().model;
  const tool = valueAt(rows.tool, row);
  if (tool === '') return <span class="moved" role="gridcell" />;
  return (
    <span class="moved" role="gridcell">
      <SeverityMark severity={valueAt(rows.severity, row)} /> <span class="tool">{visible(tool)}</span>{' '}
      <span class="number change">
        {percent(rows.baseline[row])} → <b>{percent(rows.candidate[row])}</b>
      </span>
    </span>
  );
}

/** Factors of triggers and effects before the others. */
function leadingFirst({ head, rows }: ReportModel): string[] {
  const confirmed = head.triggers.filter(({ confirmation }) => confirmation?.outcome === 'confirmed');
  const leading = [...confirmed, ...head.effects].flatMap(factorsIn);
  const all = Object.keys(rows.levels);
  return [...new Set([...leading.filter(name => all.includes(name)), ...all])];
}
