// Reads templates in this process: those of the tests are our own.
import { UserError } from '../../src/errors.ts';
import { chatTemplate, studyOf, triedOut } from '../../src/prompt/index.ts';
import type { TemplateReader } from '../../src/sweep/ports.ts';

export const renderer: TemplateReader = {
  async study(template) {
    try {
      return studyOf(chatTemplate(template));
    } catch (error) {
      throw new UserError('template-broken', String(error), 'look at it');
    }
  },
  async tryOut(template, chats, options) {
    return triedOut(chatTemplate(template), chats, options);
  },
};
