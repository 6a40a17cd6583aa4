// Reads templates in this process: those of the tests are our own.
import { UserError } from '../../src/errors.ts';
import { chatTemplate, countedTemplate, studyOf, triedOut } from '../../src/prompt/index.ts';
import type { TemplateReader } from '../../src/ports/template.ts';

export const counted = (source: string) => countedTemplate(source, chatTemplate(source, { engine: 'as-used' }));

export const renderer: TemplateReader = {
  async study(template) {
    try {
      return studyOf(counted(template));
    } catch (error) {
      throw new UserError('template-broken', String(error), 'look at it');
    }
  },
  async tryOut(template, chats, options) {
    return triedOut(counted(template), chats, options);
  },
};
