// Reads templates in this process: those of the tests are our own.
import { chatTemplate, studyOf, triedOut } from '../../src/prompt/index.ts';
import type { TemplateReader } from '../../src/sweep/ports.ts';

export const renderer: TemplateReader = {
  async study(template) {
    return studyOf(chatTemplate(template));
  },
  async tryOut(template, chats, options) {
    return triedOut(chatTemplate(template), chats, options);
  },
};
