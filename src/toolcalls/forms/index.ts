// Every form, the most telling first.
import { elementForm } from './elements.ts';
import { escapedForm } from './escaped.ts';
import type { Form } from './form.ts';
import { jsonForm } from './json.ts';
import { namedForm } from './named.ts';
import { pythonForm, pythonListForm, toolCodeForm } from './python.ts';
import { reactForm } from './react.ts';

export const forms: readonly Form[] = [
  toolCodeForm,
  reactForm,
  elementForm,
  jsonForm,
  escapedForm,
  namedForm,
  pythonForm,
  pythonListForm,
];
